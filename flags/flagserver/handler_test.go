package flagserver

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	brazil      = "/flags/br/br.gif"
	newYear2026 = "Thu, 01 Jan 2026 00:00:00 GMT"
)

func body(t testing.TB, r *http.Response) []byte {
	t.Helper()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestServesWholeSet(t *testing.T) {
	h := newHandler(t, Set(), Local())
	var bytesServed int64
	err := fs.WalkDir(Set(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		want := readSet(t, name)
		for range 2 { // once from the set, once from memory
			r := get(h, "GET", "/flags/"+name)
			bytesServed += int64(len(want))
			if got := body(t, r); r.StatusCode != 200 || !bytes.Equal(got, want) {
				t.Errorf("%s: status %d, %d bytes, want those of the set", name, r.StatusCode, len(got))
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	want := Stats{Requests: 2 * 388, MaxInFlight: 1, Bytes: bytesServed}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Error(diff)
	}
}

func TestHeaders(t *testing.T) {
	h := newHandler(t, Set(), Local())
	for _, method := range []string{"GET", "HEAD"} {
		r := get(h, method, brazil)
		want := http.Header{
			"Accept-Ranges":  {"bytes"},
			"Content-Length": {"5646"},
			"Content-Type":   {"image/gif"},
			"Etag":           {`"db0bb306ef834d116b6643000babd6c0"`},
			"Last-Modified":  {newYear2026},
		}
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("%s: %s", method, diff)
		}
		if n := len(body(t, r)); (n == 0) != (method == "HEAD") {
			t.Errorf("%s: a body of %d bytes", method, n)
		}
	}
}

func TestConditionalAndRange(t *testing.T) {
	h := newHandler(t, Set(), Local())
	etag := get(h, "HEAD", brazil).Header.Get("ETag")
	data := string(readSet(t, "br/br.gif"))
	tests := []struct {
		name, key, value string
		code             int
		body             string
	}{
		{"same tag", "If-None-Match", etag, 304, ""},
		{"one of the tags", "If-None-Match", `"x", ` + etag, 304, ""},
		{"weak tag", "If-None-Match", "W/" + etag, 304, ""},
		{"any tag", "If-None-Match", "*", 304, ""},
		{"other tag", "If-None-Match", `"x"`, 200, data},
		{"same date", "If-Modified-Since", newYear2026, 304, ""},
		{"later", "If-Modified-Since", "Fri, 02 Jan 2026 00:00:00 GMT", 304, ""},
		{"earlier", "If-Modified-Since", "Wed, 31 Dec 2025 23:59:59 GMT", 200, data},
		{"no date", "If-Modified-Since", "yesterday", 200, data},
		{"must match", "If-Match", `"x"`, 412, ""},
		{"range", "Range", "bytes=0-5", 206, data[:6]},
		{"rest", "Range", "bytes=5640-", 206, data[5640:]},
		{"beyond", "Range", "bytes=5646-", 416, "invalid range: failed to overlap\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := get(h, "GET", brazil, tt.key, tt.value)
			if got := string(body(t, r)); r.StatusCode != tt.code || got != tt.body {
				t.Errorf("status %d, body %.40q; want %d, %.40q", r.StatusCode, got, tt.code, tt.body)
			}
		})
	}
}

func TestContentTypes(t *testing.T) {
	set := fstest.MapFS{}
	types := map[string]string{
		"a.gif": "image/gif", "a.png": "image/png", "a.svg": "image/svg+xml", "a.webp": "image/webp",
		"a.jpg": "image/jpeg", "A.JPEG": "image/jpeg", "a.json": "application/json",
		"SHA256SUMS": "application/octet-stream", "a.txt": "text/plain; charset=utf-8",
	}
	for name := range types {
		set[name] = &fstest.MapFile{Data: []byte("x"), ModTime: time.Unix(1, 0)}
	}
	h := newHandler(t, set, Local())
	for name, want := range types {
		if got := get(h, "GET", "/flags/"+name).Header.Get("Content-Type"); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	h := newHandler(t, Set(), Local())
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO"} {
		for _, target := range []string{brazil, "/-/stats", "/"} {
			r := get(h, method, target)
			if r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, target, r.StatusCode, r.Header.Get("Allow"))
			}
		}
	}
	c := dial(t, start(t, h))
	if _, err := io.WriteString(c, "GET "+brazil+" HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if r, err := http.ReadResponse(c.r, nil); err != nil || r.StatusCode != 400 {
		t.Errorf("GET with a body: %v, %v; want 400", r, err)
	}
}

// tricks are targets that name no file, though some server or other would
// serve one, or a listing, or send the client elsewhere.
var tricks = []string{
	"/", "/flags", "/flags/", "/flags/br", "/flags/br/", "/flags/br/br.gif/", "/br/br.gif", "/FLAGS/br/br.gif",
	"//flags/br/br.gif", "/flags//br/br.gif", "/flags/br//br.gif", "/flags/br/br.gif//", "/flags///",
	"/flags/.", "/flags/..", "/flags/./br/br.gif", "/flags/br/./br.gif", "/flags/ad/../br/br.gif", "/x/../flags/br/br.gif",
	"/flags/../flags/br/br.gif", "/flags/../../../../etc/passwd", "/../etc/passwd", "/flags/br/..", "/flags/br/../",
	"/flags/%2e%2e/%2e%2e/etc/passwd", "/flags/ad/%2E%2E/br/br.gif", "/flags/br%2fbr.gif", "/flags/br%2Fbr.gif",
	"/flags%2fbr/br.gif", "/flags/..%2f..%2fetc%2fpasswd", "/flags/%252e%252e/etc/passwd", "/flags/br%252fbr.gif",
	`/flags/br\br.gif`, `/flags/br%5cbr.gif`, `/flags/..%5c..%5csecret`, "/flags/br/br.gif%00", "/flags/br/br.gif%00.png",
	"/flags/br/br.gif%20", "/flags/br/br.gif.", "/flags/br/BR.GIF", "/flags/br/br.gif;x", "/flags/br/br.gif%3fx",
	"/flags/.git", "/flags/.hidden/x", "/flags/br/.br.gif", "/flags/br/br.gif::$DATA", "/flags/C:/secret", "/flags/C:%5csecret",
	"/flags/%c0%ae%c0%ae/x", "/flags/%ff", "/flags/br/%0d%0aSet-Cookie:x", "/flags/" + strings.Repeat("x", 5000),
	"/flags/" + strings.Repeat("x/", 2000), "/-/stats/", "/-/", "//-/stats", "/flags/set/br/br.gif",
	"http://elsewhere", "http://elsewhere/flags/br", "//elsewhere/%2e%2e",
}

func TestPathTricks(t *testing.T) {
	dir, _ := plantedDir(t)
	for name, set := range map[string]fs.FS{"embedded": Set(), "directory": dir} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, start(t, newHandler(t, set, Local())))
			for _, target := range tricks {
				r, err := c.do(t, "GET", target)
				if err != nil {
					t.Fatalf("%.80q: %v", target, err)
				}
				if text := body(t, r); r.StatusCode != 404 || string(text) != "404 Not Found\n" || r.Header.Get("Location") != "" {
					t.Errorf("%.80q: status %d, body %.80q, want 404", target, r.StatusCode, text)
				}
			}
		})
	}
}

// What net/http itself refuses gets no further.
func TestMalformedTargets(t *testing.T) {
	address := start(t, newHandler(t, Set(), Local()))
	for _, target := range []string{"flags/br/br.gif", "/flags/br\x00br.gif", "/flags/%zz", "/a b", "../x", "/\x7f"} {
		r, err := dial(t, address).do(t, "GET", target)
		if err != nil || r.StatusCode != 400 {
			t.Errorf("%q: %v, %v; want 400", target, r, err)
		}
	}
}

// The same file under other spellings of its URL that RFC 3986, section 6.2.2,
// holds to be equal, and with a query, which files have no use for.
func TestEqualTargets(t *testing.T) {
	c := dial(t, start(t, newHandler(t, Set(), Local())))
	for _, target := range []string{"/flags/%62r/br%2Egif", brazil + "?v=2", "http://elsewhere" + brazil} {
		r, err := c.do(t, "GET", target)
		if err != nil || r.StatusCode != 200 || len(body(t, r)) != 5646 {
			t.Errorf("%s: %v, %v; want the flag", target, r, err)
		}
	}
}

func FuzzPath(f *testing.F) {
	for _, target := range tricks {
		f.Add(target)
	}
	f.Add(brazil)
	f.Add("/-/stats")
	f.Add("/flags/manifest.json?x")
	dir, inside := plantedDir(f)
	h := newHandler(f, dir, Local())
	looping := newHandler(f, dir, always(RedirectLoop))
	f.Fuzz(func(t *testing.T, target string) {
		request := "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"
		r, err := parseRequest(request)
		if err != nil || r.Method != "GET" || r.ContentLength != 0 || len(r.Header) > 0 || r.URL.Path == statsPath {
			return
		}
		w := serve(h, r)
		found := w.StatusCode == 200
		if l := serve(looping, r); (l.StatusCode == 302) != found || found && l.Header.Get("Location") != r.URL.EscapedPath()+"?redirect-loop" {
			t.Errorf("%q: in the loop, status %d to %q", target, l.StatusCode, l.Header.Get("Location"))
		}
		switch text := body(t, w); w.StatusCode {
		case 404:
			if string(text) != "404 Not Found\n" {
				t.Errorf("%q: 404 says %q", target, text)
			}
		case 200:
			name, ok := strings.CutPrefix(r.URL.Path, "/flags/")
			if want, known := inside[name]; !ok || !known || string(text) != want || path.Clean(name) != name {
				t.Errorf("%q: served %q as %q", target, text, name)
			}
		default:
			t.Errorf("%q: status %d", target, w.StatusCode)
		}
	})
}
