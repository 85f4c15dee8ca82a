package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"getflags/downloader/internal/limit"
	"getflags/internal/replytest"
)

// pieces is a connection on which a reply comes piece by piece, and its end behind
// the last, or with it.
type pieces struct {
	net.Conn
	come    [][]byte
	endWith bool
}

func (p *pieces) Read(b []byte) (int, error) {
	for len(p.come) > 0 && len(p.come[0]) == 0 {
		p.come = p.come[1:]
	}
	if len(p.come) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.come[0])
	p.come[0] = p.come[0][n:]
	if p.endWith && len(p.come) == 1 && len(p.come[0]) == 0 {
		return n, io.EOF
	}
	return n, nil
}

func (p *pieces) Write(b []byte) (int, error) { return len(b), nil }
func (p *pieces) Close() error                { return nil }

// reading is what Get makes of a reply that comes in pieces.
type reading struct {
	isPlain bool
	header  http.Header
	body    string
	err     error
}

func read(t testing.TB, come ...[]byte) reading { return readOn(t, &pieces{come: come}) }

func readOn(t testing.TB, p *pieces) (r reading) {
	d := &Direct{Dial: func(context.Context, string, string) (net.Conn, error) {
		p.Conn, _ = net.Pipe() // for its deadlines
		return p, nil
	}}
	fields, err := NewFields(nil)
	if err != nil {
		t.Fatal(err)
	}
	req := &Request{URL: &url.URL{Scheme: "http", Host: "host", Path: "/x"}, Fields: fields}
	if !d.Takes(req) {
		t.Fatal("the request is not taken")
	}
	a, err := d.Get(t.Context(), req, &Buffers{})
	switch {
	case err != nil:
		r.err = err
	case a.Response == nil:
		r.isPlain, r.header, r.body = true, headerOf(t, a.Head), string(a.Body)
	default:
		defer a.Response.Body.Close()
		data, err := io.ReadAll(a.Response.Body)
		r.header, r.body, r.err = a.Response.Header, string(data), err
	}
	return r
}

// headerOf is a header as it came, read by package textproto.
func headerOf(t testing.TB, head []byte) http.Header {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(head)))
	if _, err := r.ReadLine(); err != nil {
		t.Errorf("%q: %v", head, err)
	}
	h, err := r.ReadMIMEHeader()
	if err != nil {
		t.Errorf("%q: %v", head, err)
	}
	return http.Header(h)
}

// checkPlain has a reply that is taken for a plain answer read by package http
// too, which has to find the same in it.
func checkPlain(t testing.TB, reply []byte, got reading) {
	if got.err != nil || !got.isPlain {
		return
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(reply)), nil)
	if err != nil {
		t.Fatalf("%q is taken, and by package http it is not: %v", reply, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != got.body || resp.ContentLength != int64(len(body)) {
		t.Errorf("%q: body %q, by package http %q of %d bytes, %v", reply, got.body, body, resp.ContentLength, err)
	}
	if resp.StatusCode != 200 || resp.Close || resp.Uncompressed || len(resp.TransferEncoding)+len(resp.Trailer) > 0 {
		t.Errorf("%q is taken for a plain answer, and is %+v", reply, resp)
	}
	if want := resp.Header; !reflect.DeepEqual(got.header, want) {
		t.Errorf("%q: header %q, by package http %q", reply, got.header, want)
	}
}

// Replies that are plain answers, and such as look like ones at the first sight.
func TestPlain(t *testing.T) {
	const ok, sized = "HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n\r\nhello"
	for reply, want := range map[string]bool{
		ok + sized:                                true,
		"HTTP/1.1 200 \r\n" + sized:               true,
		ok + "Connection: Keep-Alive\r\n" + sized: true,
		ok + "content-length:5\r\n\r\nhello":      true,
		ok + "Content-Length: \t05 \r\n\r\nhello": true,
		ok + "Content-Length: 0\r\n\r\n":          true,
		ok + "X-Trailers: x\r\nE: \r\n" + sized:   true,

		"HTTP/1.1 200\r\n" + sized:                            false,
		"HTTP/1.1 204 No Content\r\n" + sized:                 false,
		"HTTP/1.0 200 OK\r\n" + sized:                         false,
		"HTTP/1.1 200 OK\n" + sized:                           false,
		ok + "X: y\n" + sized:                                 false,
		ok + "X:\r\n y\r\n" + sized:                           false,
		ok + "\r\n":                                           false,
		ok + "Connection: close\r\n" + sized:                  false,
		ok + "Connection: keep-alive, close\r\n" + sized:      false,
		ok + "Content-Length: 5\r\n" + sized:                  false,
		ok + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n": false,
		ok + "Content-Length: 1048577\r\n\r\n":                false,
		ok + "Content-Length: 00000005\r\n\r\nhello":          false,
		ok + "content-encoding: gzip\r\n" + sized:             false,
		ok + "TRAILER: X\r\n" + sized:                         false,
		ok + "Upgrade: h2c\r\n" + sized:                       false,
		ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n":    false,
	} {
		got := read(t, []byte(reply))
		if got.isPlain != want {
			t.Errorf("%q: plain is %v, want %v; %v", reply, got.isPlain, want, got.err)
		}
		checkPlain(t, []byte(reply), got)
	}
}

// A body of as much as is believed is plain, of whatever length its header is.
func TestPlainLengths(t *testing.T) {
	for _, header := range []int{0, 200, limit.FirstRead - 60, limit.FirstRead} {
		for _, length := range []int{0, 1, limit.FirstRead - 100, limit.FirstRead, 5 * limit.FirstRead, limit.Believed - 1, limit.Believed} {
			body := strings.Repeat("b", length)
			reply := fmt.Sprintf("HTTP/1.1 200 OK\r\nX: %s\r\nContent-Length: %d\r\n\r\n%s", strings.Repeat("x", header), length, body)
			got := read(t, []byte(reply))
			if got.body != body || got.err != nil || got.isPlain != (header < limit.FirstRead-50) {
				t.Errorf("header %d, body %d: %d bytes, plain is %v, %v", header, length, len(got.body), got.isPlain, got.err)
			}
		}
	}
}

// An answer that fills the memory it is read into to the last byte is read whole, and
// so is one whose last bytes come together with the connection's end.
func TestPlainToTheLastByte(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 16000\r\nX: "
	head := ok + strings.Repeat("x", limit.FirstRead-16000-len(ok)-len("\r\n\r\n")) + "\r\n\r\n"
	body := strings.Repeat("b", 16000)
	for _, endWith := range []bool{false, true} {
		got := readOn(t, &pieces{come: [][]byte{[]byte(head + body[:9]), []byte(body[9:])}, endWith: endWith})
		if got.err != nil || got.body != body || !got.isPlain {
			t.Errorf("end with the last byte %v: %d bytes, plain %v, %v", endWith, len(got.body), got.isPlain, got.err)
		}
	}
}

// In what pieces a reply comes makes no difference.
func TestPlainInPieces(t *testing.T) {
	body := []byte("this is a body")
	for _, form := range replytest.Forms() {
		reply := form.Reply(body)
		whole := read(t, bytes.Clone(reply))
		for cut := range reply {
			got := read(t, bytes.Clone(reply[:cut]), bytes.Clone(reply[cut:]))
			if got.isPlain != whole.isPlain || got.body != whole.body || (got.err == nil) != (whole.err == nil) ||
				!reflect.DeepEqual(got.header, whole.header) {
				t.Errorf("%s cut after %d: %+v, whole %+v", form.Name, cut, got, whole)
			}
			part := read(t, bytes.Clone(reply[:cut]))
			if part.err == nil {
				t.Errorf("%s ends after %d: %+v", form.Name, cut, part)
			}
			var inBody *BodyError
			if errors.As(part.err, &inBody) && inBody.Came >= inBody.Length {
				t.Errorf("%s ends after %d: %d of %d bytes came", form.Name, cut, inBody.Came, inBody.Length)
			}
		}
	}
}

// What is taken for a plain answer, package http reads in the same way.
func FuzzPlain(f *testing.F) {
	for _, form := range replytest.Forms() {
		f.Add(form.Reply([]byte("this is a body")), uint(20))
	}
	f.Add([]byte("HTTP/1.1 200 \r\nConnection: keep-alive\r\nContent-Length:0\r\n\r\nHTTP/1.1"), uint(0))
	f.Fuzz(func(t *testing.T, reply []byte, cut uint) {
		cut %= uint(len(reply) + 1)
		whole := read(t, bytes.Clone(reply))
		checkPlain(t, reply, whole)
		got := read(t, bytes.Clone(reply[:cut]), bytes.Clone(reply[cut:]))
		if got.isPlain != whole.isPlain && got.err == nil && whole.err == nil || got.err == nil && whole.err == nil && got.body != whole.body {
			t.Errorf("%q cut after %d: %+v, whole %+v", reply, cut, got, whole)
		}
		checkPlain(t, reply, got)
	})
}
