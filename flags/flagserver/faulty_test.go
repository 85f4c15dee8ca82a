package flagserver

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const metadata = "/flags/br/metadata.json"

// always is a behaviour in which every request meets the fault.
func always(kind Kind) Behaviour {
	return Behaviour{Faults: Faults{{kind, 1}}, BytePause: time.Nanosecond}
}

// startFaulty serves the set with that fault alone.
func startFaulty(t *testing.T, kind Kind) (*Handler, *rawClient) {
	t.Helper()
	h := newHandler(t, Set(), always(kind))
	return h, dial(t, start(t, h))
}

// request is do for requests that get a header at least.
func request(t *testing.T, c *rawClient, method, target string) *http.Response {
	t.Helper()
	r, err := c.do(t, method, target)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	return r
}

func isReset(err error) bool {
	const wsaECONNRESET = syscall.Errno(10054)
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, wsaECONNRESET)
}

// wholeHeader is the header of a file as it is without faults, but for Date.
func wholeHeader(t *testing.T, target string) http.Header {
	t.Helper()
	h := get(newHandler(t, Set(), Local()), "HEAD", target).Header
	h.Del("Accept-Ranges") // a body that is spoiled comes in no ranges
	return h
}

func checkHeader(t *testing.T, r *http.Response, want http.Header) {
	t.Helper()
	r.Header.Del("Date")
	if diff := cmp.Diff(want, r.Header); diff != "" || r.StatusCode != 200 {
		t.Errorf("status %d, %s", r.StatusCode, diff)
	}
}

func TestTruncate(t *testing.T) {
	for _, target := range []string{brazil, metadata} {
		h, c := startFaulty(t, Truncate)
		r := request(t, c, "GET", target)
		checkHeader(t, r, wholeHeader(t, target))
		got, err := io.ReadAll(r.Body)
		want := readSet(t, strings.TrimPrefix(target, prefix))
		if err != io.ErrUnexpectedEOF || !bytes.Equal(got, want[:len(want)/2]) {
			t.Errorf("%s: %d bytes, %v; want half of %d and an unexpected end", target, len(got), err, len(want))
		}
		if s := h.Stats(); s.InFlight != 0 || s.Bytes != int64(len(want)/2) {
			t.Errorf("%s: %+v", target, s)
		}
	}
}

func TestReset(t *testing.T) {
	h, c := startFaulty(t, Reset)
	r := request(t, c, "GET", brazil)
	checkHeader(t, r, wholeHeader(t, brazil))
	got, err := io.ReadAll(r.Body)
	if want := readSet(t, "br/br.gif"); !isReset(err) || !bytes.HasPrefix(want[:len(want)/2], got) {
		t.Errorf("%d bytes, %v; want at most half, and a reset", len(got), err)
	}
	if s := h.Stats(); s.InFlight != 0 {
		t.Errorf("%+v", s)
	}
}

func TestResetWithoutAnswer(t *testing.T) {
	h := newHandler(t, Set(), always(Reset))
	address := start(t, h)
	for _, line := range []string{"HEAD " + brazil, "GET /nowhere"} {
		method, target, _ := strings.Cut(line, " ")
		if r, err := dial(t, address).do(t, method, target); !isReset(err) {
			t.Errorf("%s: %v, %v; want a reset", line, r, err)
		}
	}
}

func TestStall(t *testing.T) {
	h, c := startFaulty(t, Stall)
	r := request(t, c, "GET", brazil)
	checkHeader(t, r, wholeHeader(t, brazil))
	got := make([]byte, 5646/2)
	if _, err := io.ReadFull(r.Body, got); err != nil || !bytes.Equal(got, readSet(t, "br/br.gif")[:5646/2]) {
		t.Errorf("the first half: %v", err)
	}
	if s := h.Stats(); s.InFlight != 1 {
		t.Errorf("%+v", s)
	}
}

// How long a stall lasts only virtual time can tell.
func TestStallLastsUntilClientLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, Set(), always(Stall))
		l := newPipeListener()
		serveUntilEnd(t, h, l)
		client := l.client()
		r, err := client.Get("http://x" + brazil)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(100*time.Hour, func() { r.Body.Close() })
		began := time.Now()
		if n, err := io.Copy(io.Discard, r.Body); n != 5646/2 || err == nil || time.Since(began) != 100*time.Hour {
			t.Errorf("%d bytes, then %v after %v", n, err, time.Since(began))
		}
		synctest.Wait()
		if s := h.Stats(); s.InFlight != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestHTML(t *testing.T) {
	_, c := startFaulty(t, HTML)
	for _, target := range []string{brazil, metadata, "/nowhere"} { // on one connection
		r := request(t, c, "GET", target)
		if kind := r.Header.Get("Content-Type"); r.StatusCode != 200 || kind != "text/html; charset=utf-8" {
			t.Errorf("%s: status %d, %s", target, r.StatusCode, kind)
		}
		if text := string(body(t, r)); text != loginPage || r.ContentLength != int64(len(loginPage)) {
			t.Errorf("%s: %q", target, text)
		}
	}
}

func TestGarbage(t *testing.T) {
	_, c := startFaulty(t, Garbage)
	_, again := startFaulty(t, Garbage)
	seen := map[string]bool{}
	for range 3 {
		r := request(t, c, "GET", brazil)
		checkHeader(t, r, http.Header{"Content-Type": {"image/gif"}, "Content-Length": {"5646"}})
		text := body(t, r)
		if bytes.HasPrefix(text, []byte("GIF")) || seen[string(text)] {
			t.Error("a picture, or the same noise twice")
		}
		seen[string(text)] = true
		if !bytes.Equal(text, body(t, request(t, again, "GET", brazil))) {
			t.Error("another server of the same seed makes another noise")
		}
	}
}

func TestSlow(t *testing.T) {
	_, c := startFaulty(t, Slow)
	for range 2 { // on one connection
		r := request(t, c, "GET", metadata)
		checkHeader(t, r, wholeHeader(t, metadata))
		if !bytes.Equal(body(t, r), readSet(t, "br/metadata.json")) {
			t.Error("another content")
		}
	}
}

func TestSlowPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := always(Slow)
		b.BytePause = 0
		l := newPipeListener()
		serveUntilEnd(t, newHandler(t, Set(), b), l)
		client := l.client()
		began := time.Now()
		r, err := client.Get("http://x" + metadata)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 70 {
			if _, err := io.ReadFull(r.Body, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			if want := time.Duration(i+1) * 10 * time.Millisecond; time.Since(began) != want {
				t.Errorf("byte %d came after %v, want %v", i, time.Since(began), want)
			}
		}
		client.CloseIdleConnections()
	})
}

func TestHuge(t *testing.T) {
	h, c := startFaulty(t, Huge)
	r := request(t, c, "GET", brazil)
	if len(r.TransferEncoding) != 1 || r.ContentLength != -1 {
		t.Errorf("transfer encoding %v, length %d; want chunks", r.TransferEncoding, r.ContentLength)
	}
	checkHeader(t, r, http.Header{"Content-Type": {"image/gif"}})
	picture := readSet(t, "br/br.gif")
	for range 1000 {
		got := make([]byte, len(picture))
		if _, err := io.ReadFull(r.Body, got); err != nil || !bytes.Equal(got, picture) {
			t.Fatalf("not the picture again: %v", err)
		}
	}
	if s := h.Stats(); s.InFlight != 1 {
		t.Errorf("%+v", s)
	}
}

func TestHugeOfEmptyFile(t *testing.T) {
	set := fstest.MapFS{"empty": {}}
	c := dial(t, start(t, newHandler(t, set, always(Huge))))
	if _, err := io.CopyN(io.Discard, request(t, c, "GET", "/flags/empty").Body, 100_000); err != nil {
		t.Error(err)
	}
}

func TestRedirectLoop(t *testing.T) {
	_, c := startFaulty(t, RedirectLoop)
	target := brazil
	for range 5 {
		r := request(t, c, "GET", target)
		if r.StatusCode != 302 || len(body(t, r)) > 0 {
			t.Fatalf("%s: status %d", target, r.StatusCode)
		}
		target = r.Header.Get("Location")
		if target != brazil+"?redirect-loop" {
			t.Fatalf("sent to %s", target)
		}
	}
}

// However far a client follows the loop, its retry is the next draw; and
// without the fault the query means nothing.
func TestRedirectLoopDrawsOnce(t *testing.T) {
	b := Behaviour{Faults: Faults{{RedirectLoop, .5}}}
	h := newHandler(t, Set(), b)
	for n := range 20 {
		_, kind := b.Outcome(brazil, n)
		if got := get(h, "GET", brazil).StatusCode == 302; got != (kind == RedirectLoop) {
			t.Errorf("request %d: redirected: %v", n, got)
		}
		for range n % 3 {
			if got := get(h, "GET", brazil+"?redirect-loop").StatusCode; got != 302 {
				t.Errorf("in the loop: status %d", got)
			}
		}
	}
	if got := get(newHandler(t, Set(), Local()), "GET", brazil+"?redirect-loop").StatusCode; got != 200 {
		t.Errorf("without the fault: status %d", got)
	}
}

func TestStatusFaults(t *testing.T) {
	for _, tt := range []struct {
		kind       Kind
		code       int
		retryAfter time.Duration
		want       string
	}{
		{"418", 418, time.Hour, ""}, {"599", 599, 0, ""}, {"400", 400, 0, ""},
		{"429", 429, 0, "1"}, {"503", 503, 2 * time.Second, "2"},
		{"503", 503, 2001 * time.Millisecond, "3"}, {"429", 429, time.Nanosecond, "1"},
	} {
		b := always(tt.kind)
		b.RetryAfter = tt.retryAfter
		c := dial(t, start(t, newHandler(t, Set(), b)))
		for _, line := range []string{"GET " + brazil, "HEAD " + brazil, "GET /nowhere"} { // on one connection
			method, target, _ := strings.Cut(line, " ")
			r := request(t, c, method, target)
			body(t, r)
			if got := r.Header.Get("Retry-After"); r.StatusCode != tt.code || got != tt.want || r.Header.Get("ETag") != "" {
				t.Errorf("%s %s: status %d, Retry-After %q; want %q", tt.kind, line, r.StatusCode, got, tt.want)
			}
		}
	}
}

// HEAD shows the header of what GET would get.
func TestFaultsToHEAD(t *testing.T) {
	for _, kind := range []Kind{Truncate, Stall, Slow, Garbage, Huge} {
		_, c := startFaulty(t, kind)
		r := request(t, c, "HEAD", brazil)
		want := wholeHeader(t, brazil)
		if kind == Garbage || kind == Huge {
			want.Del("ETag")
			want.Del("Last-Modified")
		}
		if kind == Huge {
			want.Del("Content-Length")
		}
		checkHeader(t, r, want)
	}
}

// Conditions and ranges save nobody from a fault.
func TestFaultsIgnoreConditions(t *testing.T) {
	h := newHandler(t, Set(), always(Garbage))
	etag := wholeHeader(t, brazil).Get("ETag")
	for key, value := range map[string]string{"If-None-Match": etag, "Range": "bytes=0-1"} {
		if r := get(h, "GET", brazil, key, value); r.StatusCode != 200 || len(body(t, r)) != 5646 {
			t.Errorf("%s: status %d", key, r.StatusCode)
		}
	}
}

// A fault that befalls files leaves what is none alone, above all where it
// might send the client elsewhere.
func TestFaultsNeedFile(t *testing.T) {
	for _, kind := range []Kind{Truncate, Stall, Slow, Garbage, Huge, RedirectLoop} {
		_, c := startFaulty(t, kind)
		for _, target := range append(tricks, "//elsewhere/?redirect-loop") {
			r := request(t, c, "GET", target)
			if text := string(body(t, r)); r.StatusCode != 404 || text != "404 Not Found\n" {
				t.Errorf("%s, %.80q: status %d, %q", kind, target, r.StatusCode, text)
			}
		}
	}
}

// Whatever goes wrong, for however many clients: none is left behind.
func TestFaultsLeaveNothing(t *testing.T) {
	b := Behaviour{BytePause: time.Nanosecond}
	for _, kind := range Kinds() {
		b.Faults = append(b.Faults, Fault{kind, .11})
	}
	h := newHandler(t, Set(), b)
	address := start(t, h)
	done := make(chan bool)
	for range 20 {
		go func() {
			defer func() { done <- true }()
			for range 20 {
				c := dial(t, address)
				if r, err := c.do(t, "GET", brazil); err == nil {
					io.CopyN(io.Discard, r.Body, 2000)
				}
				c.Close()
			}
		}()
	}
	for range 20 {
		<-done
	}
	// That a client has gone is noticed a moment later, when it may have come again.
	for h.Stats().InFlight > 0 {
		time.Sleep(time.Millisecond) // the test's time-out is what bounds this
	}
	if s := h.Stats(); s.Requests != 400 {
		t.Errorf("%+v", s)
	}
}
