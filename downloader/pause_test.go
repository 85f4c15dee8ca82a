package downloader

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// scolder is a server that refuses its eleventh request after 50 ms, with a
// wish for two seconds of peace, and answers all others after 100 ms: those
// that were open then end while the host is to be left alone.
type scolder struct {
	mu       sync.Mutex
	arrivals []time.Time
	refused  time.Time
}

func (s *scolder) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.arrivals = append(s.arrivals, time.Now())
	eleventh := len(s.arrivals) == 11
	s.mu.Unlock()
	time.Sleep(50 * time.Millisecond)
	if eleventh {
		s.refused = time.Now()
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	time.Sleep(50 * time.Millisecond)
}

// After a 429 not one request comes until the pause is over, to the
// nanosecond, though nearly all places are free; then all go on.
func TestEleventhRequestPausesAll(t *testing.T) {
	for _, m := range []int{1, 5, 20, 100} {
		t.Run(fmt.Sprint(m), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var pauses []Pause
				s := &scolder{}
				d := inMemory(t, &shelf{}, s.ServeHTTP, Options{MaxInFlight: m, Retries: 1,
					OnPause: func(p Pause) { pauses = append(pauses, p) }})
				for r := range d.Run(t.Context(), numbered(200)) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				var first time.Time // arrival after the refusal
				for _, at := range s.arrivals {
					if at.After(s.refused) && (first.IsZero() || at.Before(first)) {
						first = at
					}
				}
				if got := first.Sub(s.refused); got != 2*time.Second {
					t.Errorf("the next request came %v after the 429, want 2s", got)
				}
				if len(s.arrivals) != 201 {
					t.Errorf("%d requests, want 201", len(s.arrivals))
				}
				if want := (Pause{Host: "host", For: 2 * time.Second, Code: 429}); len(pauses) != 1 || pauses[0] != want {
					t.Errorf("pauses %v, want %v once", pauses, want)
				}
			})
		})
	}
}
