package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"getflags/flags/flagserver"
)

// strict is a site that asks for a pause of two seconds at its eleventh
// request, and notes when requests come.
type strict struct {
	site http.Handler
	open int // requests, that one included, that are open when it is answered

	mu       sync.Mutex
	arrivals []time.Time
	said     int       // arrivals by the time the pause was asked for
	at       time.Time // when that was
	ready    chan struct{}
	heard    chan struct{} // closed when the client has said that it pauses
}

func newStrict(site http.Handler, open int) *strict {
	return &strict{site: site, open: open, ready: make(chan struct{}), heard: make(chan struct{})}
}

const eleventh = 11

// ServeHTTP answers the eleventh request with 429 once as many are open as
// the client may have, and those others only when the client has heard of the
// pause: from then on it has places to spare, and nothing to hold it back but
// its manners.
func (s *strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch n := s.arrive(); {
	case n == eleventh:
		select {
		case <-s.ready:
		case <-r.Context().Done():
		}
		s.ask()
		w.Header().Set("Retry-After", "2")
		http.Error(w, "429 too many requests", http.StatusTooManyRequests)
		return
	case n > eleventh:
		select {
		case <-s.heard:
		case <-r.Context().Done():
		}
	}
	s.site.ServeHTTP(w, r)
}

func (s *strict) arrive() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals = append(s.arrivals, time.Now())
	if len(s.arrivals) == eleventh-1+s.open {
		close(s.ready)
	}
	return len(s.arrivals)
}

// ask notes when the pause begins: before the answer that asks for it.
func (s *strict) ask() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said, s.at = len(s.arrivals), time.Now()
}

// A server that asks for two seconds of peace has them, from all requests and
// not from one, and then gives all it has.
func TestPause(t *testing.T) {
	for _, m := range []int{1, 20} {
		t.Run(fmt.Sprintf("m=%d", m), func(t *testing.T) {
			t.Parallel() // each waits for two seconds
			local, err := flagserver.New(flagserver.Set(), flagserver.Local())
			if err != nil {
				t.Fatal(err)
			}
			site := newStrict(local, m)
			server := httptest.NewServer(site)
			defer server.Close()
			var once sync.Once
			out := transcript{onWrite: func(line string) {
				if strings.HasPrefix(line, "paused ") {
					once.Do(func() { close(site.heard) })
				}
			}}
			var errs transcript
			dir := t.TempDir()
			code := inProcess(t.Context(), &out, &errs, "-a", "-l", "100", "-v", "-m", fmt.Sprint(m), "--timeout", "60",
				"--save-metadata", "-s", server.URL+"/flags", "-o", dir)

			gifs, jsons, temps := inDir(t, dir, wholeSet(t))
			if code != 0 || gifs != 100 || jsons != 100 || temps != 0 {
				t.Errorf("exit code %d, %d GIFs, %d JSON, %d temporary files\n%s", code, gifs, jsons, temps, &errs)
			}
			if line := "\npaused 2s: 429 from " + server.Listener.Addr().String() + "\n"; !strings.Contains(out.String(), line) {
				t.Errorf("no line %q\n%s", line, &out)
			}
			checkPause(t, site)
		})
	}
}

func checkPause(t *testing.T, s *strict) {
	t.Helper()
	if len(s.arrivals) != 201 {
		t.Errorf("%d requests, want 200 and the one that was refused", len(s.arrivals))
	}
	if want := eleventh - 1 + s.open; s.said != want {
		t.Fatalf("%d requests before the pause, want %d", s.said, want)
	}
	if first := s.arrivals[s.said].Sub(s.at); first < 2*time.Second {
		t.Errorf("the next request came %v after the pause was asked for", first)
	}
}
