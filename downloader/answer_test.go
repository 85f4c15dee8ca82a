package downloader

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"getflags/internal/replytest"
)

// ask makes one request with headers of its own.
func ask(ctx context.Context, d *driven, url string, own http.Header) (resp *Response, err error) {
	return d.Client("").Do(ctx, Request{URL: url, Header: own})
}

// An answer of 304 brings no file, unless the request itself set a condition:
// one among the headers of all requests is no such wish, and one that a redirect
// to another host left behind was never heard.
func TestNotModifiedIsNoContent(t *testing.T) {
	const date = "Thu, 01 Jan 2026 00:00:00 GMT"
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://other/", http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusNotModified)
	}
	condition := http.Header{"If-Modified-Since": {date}}
	for _, tt := range []struct {
		url      string
		all, own http.Header
		fine     bool
	}{
		{"http://host/", nil, nil, false},
		{"http://host/", condition, nil, false},
		{"http://host/", condition, http.Header{"X": {"y"}}, false},
		{"http://host/", nil, condition, true},
		{"http://host/", nil, http.Header{"If-None-Match": {`"x"`}}, true},
		{"http://host/moved", nil, condition, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := inMemory(t, &shelf{}, handler, Options{Header: tt.all})
			resp, err := ask(t.Context(), d, tt.url, tt.own)
			var status *StatusError
			if tt.fine && (err != nil || !resp.NotModified) || !tt.fine && (!errors.As(err, &status) || status.Code != 304) {
				t.Errorf("%s with %v and %v: %v, %v", tt.url, tt.all, tt.own, resp, err)
			}
		})
	}
}

// Only 200 is a file.
func TestOnly200IsAFile(t *testing.T) {
	for _, code := range []int{201, 202, 203, 204, 205, 206, 226, 299, 300, 304, 600, 999} {
		reply := fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\nhello", code)
		d := dialling(t, answering(func(string) []byte { return []byte(reply) }), Options{})
		_, err := take(t.Context(), d, "/x")
		var status *StatusError
		if !errors.As(err, &status) || status.Code != code {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func TestCheckField(t *testing.T) {
	for name, fine := range map[string]bool{
		"If-Match": false, "Content-Length": false, "if-modified-since": false, "If-None-Match": false, "RANGE": false, "If-Range": false, "Te": false, "TE": false, "a-im": false, "A-IM": false, "If": false,
		"accept-encoding": false, "transfer-encoding": false, "Expect": false, "HTTP2-Settings": false,
		"Accept": true, "Accept-Language": true, "Authorization": true, "Cookie": true, "Host": true, "User-Agent": true, "X-Range": true,
		"Prefer": true, "Want-Digest": true, "Want-Repr-Digest": true, "Cache-Control": true, "If-Not": true, "IM": true,
	} {
		if err := CheckField(name); (err == nil) != fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func zip(data ...string) string {
	var b bytes.Buffer
	for _, member := range data {
		z := gzip.NewWriter(&b)
		io.WriteString(z, member)
		z.Close()
	}
	return b.String()
}

// Files are asked for as they are. What comes in gzip all the same is decoded,
// within bounds, and any other coding is named.
func TestContentCoding(t *testing.T) {
	const limit = 5000
	big := strings.Repeat("x", limit+1)
	for _, tt := range []struct{ coding, body, want, wrong string }{
		{"", "plain", "plain", ""},
		{"identity", "plain", "plain", ""},
		{"gzip", zip("decoded"), "decoded", ""},
		{"GZip", zip("decoded"), "decoded", ""},
		{"x-gzip", zip("decoded"), "decoded", ""},
		{"identity, gzip", zip("decoded"), "decoded", ""},
		{"gzip", zip("two ", "members"), "two members", ""},
		{"gzip", zip(big[:limit]), big[:limit], ""},
		{"gzip", zip(""), "", ""},
		{"gzip", zip(big), "", "body is larger than the 5000 bytes allowed"},
		{"gzip", zip("two ", "", "members"), "two members", ""},
		{"gzip, gzip", zip(zip("x")), "", "Content-Encoding is gzip twice; want it at most once"},
		{"br", "?", "", `Content-Encoding is "br", which was not asked for; want none, or gzip`},
		{"gzip, zstd", "?", "", `Content-Encoding is "zstd", which was not asked for`},
		{"deflate", "?", "", `Content-Encoding is "deflate", which was not asked for`},
	} {
		t.Run(tt.coding, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := inMemory(t, &shelf{}, func(w http.ResponseWriter, r *http.Request) {
					if got := r.Header["Accept-Encoding"]; len(got) != 1 || got[0] != "identity" {
						t.Errorf("Accept-Encoding: %q, want identity", got)
					}
					if tt.coding != "" {
						w.Header().Set("Content-Encoding", tt.coding)
					}
					io.WriteString(w, tt.body)
				}, Options{MaxSize: limit})
				resp, err := ask(t.Context(), d, "http://host/x", nil)
				if tt.wrong != "" {
					if err == nil || !strings.Contains(err.Error(), tt.wrong) {
						t.Errorf("%v, want %s", err, tt.wrong)
					}
					return
				}
				if err != nil || string(resp.Body) != tt.want {
					t.Errorf("%v, %v; want %q", resp, err, tt.want)
				} else if strings.Contains(tt.coding, "ip") && resp.Header().Get("Content-Encoding")+resp.Header().Get("Content-Length") != "" {
					t.Errorf("the header is that of the coded body: %v", resp.Header())
				}
			})
		})
	}
}

// A body that is not gzip, as it says, is told apart from one that is, but ends
// too early, is damaged, or has something behind it.
func TestBrokenGzip(t *testing.T) {
	whole := zip("decoded", "more")
	follows := fmt.Sprintf("and so is the body, but something else follows its %d bytes", len(whole))
	broken := map[string]string{
		"plain":                             `but the body is not: it begins with "plain"`,
		"":                                  "but the body is empty",
		"\x1f\x8b\x07 else":                 `but the body is not: it begins with "\x1f\x8b\a else"`,
		whole + "m":                         follows,
		whole + "\r\n":                      follows,
		whole + strings.Repeat("\x00", 512): follows,
		whole + "\x1f":                      "and so is the body, but it ends too early",
		strings.Replace(whole, "\x1f\x8b\x08\x00", "\x1f\x8b\x08\x02", 1): "and so is the body, but it is damaged: gzip: invalid header",
		whole[:len(whole)-8] + "0123" + whole[len(whole)-4:]:              "and so is the body, but it is damaged: gzip: invalid checksum",
		whole[:10] + "\xff" + whole[11:]:                                  "and so is the body, but it is damaged: flate: corrupt input before offset 1",
	}
	second := len(zip("decoded"))
	for n := 1; n < len(whole); n++ {
		if n != second {
			broken[whole[:n]] = "and so is the body, but it ends too early"
		}
	}
	for body, want := range broken {
		synctest.Test(t, func(t *testing.T) {
			d := inMemory(t, &shelf{}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				io.WriteString(w, body)
			}, Options{})
			_, err := ask(t.Context(), d, "http://host/x", nil)
			var content *ContentError
			if !errors.As(err, &content) || content.Error() != "Content-Encoding is gzip, "+want {
				t.Errorf("%q: %v, want %s", body, err, want)
			}
		})
	}
}

// Whatever transport brings an answer, a version that only its status line
// claims does not make a body whole that has no length.
func TestClaimedVersion(t *testing.T) {
	body := bodyFor("/x")
	for _, version := range []string{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9"} {
		dial := answering(func(string) []byte { return replytest.Unsized(version, body) })
		d := newDriven(&shelf{}, Options{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}})
		if got, err := take(t.Context(), d, "/x"); err == nil {
			t.Errorf("%s: took %q", version, got)
		}
		d.Close()
	}
	// But over HTTP/2 that was agreed on, the end of a stream is an end.
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush() // so that the length is not told
		w.Write(body)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	d := newDriven(&shelf{}, Options{Transport: server.Client().Transport})
	defer d.Close()
	if resp, err := ask(t.Context(), d, server.URL, nil); err != nil || !bytes.Equal(resp.Body, body) {
		t.Errorf("%v, %v", resp, err)
	}
}

// An answer that does not tell where it ends is one only where the caller can
// tell.
func TestUnsized(t *testing.T) {
	complete := func(body []byte) error {
		if !bytes.HasSuffix(body, []byte(".")) {
			return errors.New("has no full stop")
		}
		return nil
	}
	for _, tt := range []struct {
		body     string
		complete func([]byte) error
		want     string
	}{
		{"A sentence.", nil, "the answer does not tell where it ends"},
		{"A sentence.", complete, ""},
		{"A sent", complete, "its content neither: has no full stop"},
		{strings.Repeat("x", 5000) + ".", complete, "body is larger than the 4000 bytes allowed"},
	} {
		for _, version := range []string{"HTTP/1.0", "HTTP/1.1"} {
			reply := replytest.Unsized(version, []byte(tt.body))
			d := dialling(t, answering(func(string) []byte { return reply }), Options{Complete: tt.complete, MaxSize: 4000})
			body, err := take(t.Context(), d, "/x")
			if tt.want == "" && (err != nil || string(body) != tt.body) || tt.want != "" && (err == nil || !strings.HasSuffix(err.Error(), tt.want)) {
				t.Errorf("%s %.20q: %q, %v; want %q", version, tt.body, body, err, tt.want)
			}
		}
	}
}

// A body may have MaxSize bytes, not one more.
func TestMaxSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path[1:]) }
		d := inMemory(t, nil, body, Options{MaxSize: 5})
		for text, want := range map[string]bool{"four": true, "fives": true, "sixsix": false} {
			if _, err := get(t.Context(), d, "http://host/"+text); (err == nil) != want {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}

// The header of an answer is decoded when it is asked for, as long as it is there.
func TestResponseHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tagged := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("ETag", `"x"`); io.WriteString(w, "body") }
		d := inMemory(t, nil, tagged, Options{})
		for _, late := range []bool{false, true} {
			resp, err := d.Get(t.Context(), "http://host/")
			if err != nil {
				t.Fatal(err)
			}
			if !late {
				if tag := resp.Header().Get("ETag"); tag != `"x"` {
					t.Errorf("ETag %q", tag)
				}
			}
			f := resp.File("x")
			f.loan.Return()
			if h := resp.Header(); (h == nil) != late {
				t.Errorf("once the memory is returned, asked for late %v: %v", late, h)
			}
		}
	})
}

// A transport of the caller's may speak HTTP/2 without TLS.
func TestVersions(t *testing.T) {
	h2 := &tls.ConnectionState{NegotiatedProtocol: "h2"}
	h3 := &tls.ConnectionState{NegotiatedProtocol: "h3"}
	for _, tt := range []struct {
		strict bool
		resp   http.Response
		want   bool
	}{
		{true, http.Response{StatusCode: 200, ProtoMajor: 1}, true},
		{true, http.Response{StatusCode: 200, ProtoMajor: 2}, false},
		{true, http.Response{StatusCode: 200, ProtoMajor: 2, TLS: &tls.ConnectionState{}}, false},
		{true, http.Response{StatusCode: 200, ProtoMajor: 2, TLS: h2}, true},
		{true, http.Response{StatusCode: 200, ProtoMajor: 3, TLS: h3}, true},
		{true, http.Response{StatusCode: 99, ProtoMajor: 1}, false},
		{false, http.Response{StatusCode: 200, ProtoMajor: 2}, true},
		{false, http.Response{StatusCode: 99, ProtoMajor: 2}, false},
	} {
		r := reader{strict: tt.strict}
		if err := r.checkVersion(&tt.resp); (err == nil) != tt.want {
			t.Errorf("strict %v, %+v: %v", tt.strict, tt.resp, err)
		}
	}
	own := &http.Transport{}
	if d := New(Options{Transport: own}); d.sender.strict {
		t.Error("a transport of the caller's is held to HTTP/1")
	}
	if d := New(Options{}); !d.sender.strict {
		t.Error("the engine's own way is not held to HTTP/1")
	}
}
