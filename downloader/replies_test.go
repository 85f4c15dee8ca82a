package downloader

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"getflags/internal/pipes"
	"getflags/internal/replytest"
)

// answering is a network whose server answers the first request on each
// connection with the reply to its path, and closes the connection.
func answering(reply func(path string) []byte) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			if req, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
				server.Write(reply(req.URL.Path)) // to a client that may have gone
			}
		}()
		return pipes.Quiet(client), nil
	}
}

// dialling returns a Downloader that makes its connections with dial.
func dialling(t testing.TB, dial func(context.Context, string, string) (net.Conn, error), o Options) *driven {
	o.Dial = dial
	d := newDriven(&shelf{}, o)
	t.Cleanup(d.Close)
	return d
}

// bodyFor is a body that tells which URL it is for.
func bodyFor(path string) []byte { return []byte("this is " + path + ", and " + path + " it is") }

// take gets a body with the engine.
func take(ctx context.Context, d *driven, path string) (body []byte, err error) {
	resp, err := d.Get(ctx, "http://host"+path)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// checkReply holds what the engine makes of a reply to what the rules say, and to
// what package http takes, and reports whether it took a body.
func checkReply(t *testing.T, d *driven, path string, reply []byte) bool {
	t.Helper()
	got, err := take(t.Context(), d, path)
	if err != nil {
		return false
	}
	if want, err := replytest.Judge(reply); err != nil || !bytes.Equal(got, want) {
		t.Errorf("took %q of the reply %q; want %q, %v", got, reply, want, err)
	}
	if want, err := packageHTTP(reply); err != nil || !bytes.Equal(got, want) {
		t.Errorf("took %q of the reply %q; package http %q, %v", got, reply, want, err)
	}
	return true
}

// packageHTTP is what package http makes of a reply.
func packageHTTP(reply []byte) ([]byte, error) {
	r := bufio.NewReader(bytes.NewReader(reply))
	for range 6 {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode >= 200 {
			return io.ReadAll(resp.Body)
		}
	}
	return nil, io.ErrUnexpectedEOF
}

// Whole answers of each form are taken, and of broken ones nothing but what the
// rules say is their body.
func TestMutatedReplies(t *testing.T) {
	const seed = 12
	forms, replies := replytest.Forms(), map[string][]byte{}
	d := dialling(t, answering(func(path string) []byte { return replies[path] }), Options{})
	for _, f := range forms {
		path := "/whole/" + f.Name
		replies[path] = f.Reply(bodyFor(path))
		if got, err := take(t.Context(), d, strings.ReplaceAll(path, " ", "%20")); err != nil || !bytes.Equal(got, bodyFor(path)) {
			t.Errorf("%s: %q, %v", f.Name, got, err)
		}
	}
	r := rand.New(rand.NewPCG(seed, 0))
	n, taken := atMost(t, 90000, 9000, 1500), 0
	for i := range n {
		path := fmt.Sprintf("/%d", i)
		replies[path] = replytest.Mutate(r, forms[i%len(forms)].Reply(bodyFor(path)))
		if checkReply(t, d, path, replies[path]) {
			taken++
		}
	}
	t.Logf("seed %d: of %d broken replies %d were taken", seed, n, taken)
	if taken == 0 || taken > n/2 {
		t.Errorf("%d of %d broken replies were taken: they are no test", taken, n)
	}
}

// atMost is how many things a test does: long where it may take minutes, few where
// it has to be short.
func atMost(t *testing.T, long, some, few int) int {
	switch {
	case os.Getenv("FLAGS_LONG") != "":
		return long
	case testing.Short():
		return few
	}
	return some
}

// A reply of any form, cut at any byte, is not taken.
func TestReplyCutAnywhere(t *testing.T) {
	body := bodyFor("/x")
	whole := map[string][]byte{}
	for _, f := range replytest.Forms() {
		whole[f.Name] = f.Reply(body)
	}
	for _, version := range []string{"HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/1.9"} {
		whole["no length, "+version] = append(replytest.Unsized(version, body), '!')
	}
	for name, reply := range whole {
		cut := 0
		d := dialling(t, answering(func(string) []byte { return reply[:cut] }), Options{})
		for ; cut < len(reply); cut++ {
			if got, err := take(t.Context(), d, "/x"); err == nil {
				t.Errorf("%s: cut after %d of %d bytes %q is taken", name, cut, len(reply), got)
			}
		}
	}
}

// Status lines that are none of HTTP/1.1, and headers that say in two ways where
// the answer ends, or against the rules.
func TestReplyRefused(t *testing.T) {
	const ok, sized = "HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n\r\nhello"
	const chunked, chunk = "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"
	for reply, want := range map[string]string{
		"HTTP/2.0 200 OK\r\n" + sized:                           `malformed HTTP/1.1 status line "HTTP/2.0 200 OK"`,
		"HTTP/3.0 200 OK\r\n" + sized:                           "malformed HTTP/1.1 status line",
		"HTTP/0.9 200 OK\r\n" + sized:                           "malformed HTTP/1.1 status line",
		"HTTP/1.10 200 OK\r\n" + sized:                          "malformed HTTP/1.1 status line",
		"HTTP/1.1  200 OK\r\n" + sized:                          "malformed HTTP/1.1 status line",
		"HTTP/1.1 2000 OK\r\n" + sized:                          "malformed HTTP/1.1 status line",
		"HTTP/1.1 +20 OK\r\n" + sized:                           "malformed HTTP/1.1 status line",
		"HTTP/1.1 000 OK\r\n" + sized:                           "malformed HTTP/1.1 status line",
		"HTTP/1.1 042 OK\r\n\r\n" + ok + sized:                  "malformed HTTP/1.1 status line",
		"HTTP/1.1 099 OK\r\n" + sized:                           "malformed HTTP/1.1 status line",
		"\r\n" + ok + sized:                                     "malformed HTTP/1.1 status line",
		"ICY 200 OK\r\n" + sized:                                "malformed HTTP/1.1 status line",
		ok + chunked + "Content-Length: 5\r\n\r\n" + chunk:      "both Content-Length and Transfer-Encoding",
		"HTTP/1.0 200 OK\r\n" + chunked + "\r\n" + chunk:        "HTTP/1.0 does not know",
		ok + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk: "unsupported transfer encoding",
		ok + "Transfer-Encoding : chunked\r\n" + sized:          "malformed header line",
		ok + "X: a\rContent-Length: 3\r\n" + sized:              "malformed header line",
		ok + "X: a\x00b\r\n" + sized:                            "malformed header line",
		ok + "no field\r\n" + sized:                             "malformed header line",
		ok + "Content-Length: 4\r\n" + sized:                    "multiple Content-Length",
		ok + "Content-Length: 5, 5\r\n\r\nhello":                "Content-Length",
		ok + "Content-Length: +5\r\n\r\nhello":                  "Content-Length",
		ok + "Content-Length: -5\r\n\r\nhello":                  "Content-Length",
		ok + "Content-Length:\r\n\r\nhello":                     "Content-Length",
		"HTTP/1.1 100 Continue\r\n" + sized:                     "which none of 1xx has",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n" + ok + sized: "101 Switching Protocols",
		ok + "Content-Length: 4\r\n\r\nhello":                   "its length is wrong",
		ok + "Content-Length: 0\r\n\r\nhello":                   "its length is wrong",
		ok + chunked + "\r\n" + chunk + "more":                  "its length is wrong",
		ok + "\r\nhello":                                        "does not tell where it ends",
		ok + "X: " + strings.Repeat("x", 300<<10):               "the answer's header has more than the 262144 bytes allowed",
		ok + strings.Repeat("X: xxxxxxxxxxxx\r\n", 300<<6):      "the answer's header has more than the 262144 bytes allowed",
	} {
		d := dialling(t, answering(func(string) []byte { return []byte(reply) }), Options{})
		if body, err := take(t.Context(), d, "/x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %q, %v; want %s", reply, body, err, want)
		}
	}
}

// FuzzReply: of whatever a server says, only what the rules say is the body of
// an answer is taken for one.
func FuzzReply(f *testing.F) {
	for _, form := range replytest.Forms() {
		f.Add(form.Reply(bodyFor("/x")))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		f.Add(replytest.Mutate(r, replytest.Forms()[0].Reply(bodyFor("/x"))))
	}
	for _, version := range []string{"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"} {
		f.Add(replytest.Unsized(version, bodyFor("/x")))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		checkReply(t, dialling(t, answering(func(string) []byte { return reply }), Options{}), "/x", reply)
	})
}
