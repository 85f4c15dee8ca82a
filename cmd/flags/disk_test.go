package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
)

// onNth is a site like LOCAL that does something when the n-th request comes,
// before it or any later one is answered.
type onNth struct {
	n    int
	then func(r *http.Request)
	site http.Handler

	mu   sync.Mutex
	seen int
}

func newOnNth(t *testing.T, n int, then func(*http.Request)) *onNth {
	t.Helper()
	site, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		t.Fatal(err)
	}
	return &onNth{n: n, then: then, site: site}
}

func (o *onNth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.count(r)
	o.site.ServeHTTP(w, r)
}

// count holds the requests that come later back until the n-th has done what
// it has to.
func (o *onNth) count(r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen++; o.seen == o.n {
		o.then(r)
	}
}

// The output directory vanishes in mid-run: each flag that comes too late is
// an error that names its file, and nothing worse happens.
func TestDirectoryRemoved(t *testing.T) {
	for _, m := range []string{"1", "5", "100"} {
		t.Run("m="+m, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "gone")
			site := newOnNth(t, 101, func(*http.Request) { removeAll(t, dir) })
			server := httptest.NewServer(site)
			defer server.Close()
			var out, errs transcript
			code := inProcess(t.Context(), &out, &errs, "-a", "-v", "-m", m, "-s", server.URL+"/flags", "-o", dir)
			if code != 1 {
				t.Errorf("exit code %d, want 1\n%s", code, &errs)
			}
			n := outcomes(t, out.String())
			// A hundred answers are fifty flags at most.
			if n["OK"] > 50 || n["OK"]+n["error"] != 194 {
				t.Errorf("%v, want at most 50 OK and errors for the rest", n)
			}
			if _, err := os.Lstat(dir); err == nil {
				t.Error("the directory has come back")
			}
		})
	}
}

// removeAll removes a directory into which files are being written.
func removeAll(t *testing.T, dir string) {
	for os.RemoveAll(dir) != nil {
		if t.Context().Err() != nil {
			t.Errorf("%s cannot be removed", dir)
			return
		}
	}
}

// outcomes counts the verbose lines of a run by what they say, and checks
// that each error is one of the disk and names its file, or, where it came
// before there was one, the URL.
func outcomes(t *testing.T, out string) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^([A-Z]{2}) (OK|error)(?:: (.*))?$`).FindAllStringSubmatch(out, -1) {
		n[m[2]]++
		switch {
		case m[2] == "OK":
		case !strings.HasPrefix(m[3], "http://") && !strings.HasPrefix(m[3], imageName(t, m[1])+": "):
			t.Errorf("%s: %q names neither %s nor a URL", m[1], m[3], imageName(t, m[1]))
		case strings.Contains(m[3], ": given up, as the disk is full: "):
			n["given up"]++
		case !strings.Contains(m[3], ".gif: no such file or directory") && !strings.Contains(m[3], ".gif: no space left on device"):
			t.Errorf("%s: %q is not what was wrong", m[1], m[3])
		}
	}
	return n
}

// imageName is the name under which a country's flag is saved.
func imageName(t *testing.T, code string) string {
	t.Helper()
	m, err := flags.DecodeMetadata(fromSet(t, strings.ToLower(code)+"/metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(m.Country, " ", "_") + ".gif"
}

// held is a site that answers the first n requests and holds the others until
// their clients give up.
type held struct {
	site    http.Handler
	full    chan struct{} // closed when as many are held as were wanted
	aborted chan struct{} // closed when a client has given up on one

	mu                   sync.Mutex
	n, want, seen, still int
	once                 sync.Once
}

func newHeld(site http.Handler, n, want int) *held {
	return &held{site: site, full: make(chan struct{}), aborted: make(chan struct{}), n: n, want: want}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.hold() {
		h.site.ServeHTTP(w, r)
		return
	}
	<-r.Context().Done()
	h.once.Do(func() { close(h.aborted) })
}

// hold counts a request and reports whether it is to be held.
func (h *held) hold() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen++
	if h.seen <= h.n {
		return false
	}
	if h.still++; h.still == h.want {
		close(h.full)
	}
	return true
}

func (h *held) requests() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen
}

// await waits for something that has to happen; if it does not, the test has
// failed, not merely taken long.
func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-c:
	case <-ctx.Done():
		t.Fatalf("not within a minute: %s", what)
	}
}
