package downloader

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A slow server gets all requests at once as soon as it is known to be slow.
func TestRampSlowServer(t *testing.T) {
	for _, delay := range []time.Duration{3 * time.Millisecond, 30 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			g := &gauge{delay: delay}
			d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxRequests: 100})
			start := time.Now()
			for r := range d.Run(t.Context(), numbered(300)) {
				if r.Err != nil {
					t.Error(r.Err)
				}
			}
			if took := time.Since(start); took > 3*delay+2*moment {
				t.Errorf("300 requests of %v, 100 at once, took %v", delay, took)
			}
			if most := g.most.Load(); most != 100 {
				t.Errorf("delay %v: %d requests at once", delay, most)
			}
		})
	}
}

// Of a server that answers at once the answers tell whether more requests at
// once would be answered as quickly.
func TestRampAnswers(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name    string
		waiting int
		answers []time.Duration // each as often as there are places open
		want    int64           // places that are open in the end
	}{
		{"on new connections", 1, []time.Duration{9 * ms}, 8},
		{"busy", 1, []time.Duration{ms / 5, ms, ms, ms}, 8},
		{"as quick as before", 1, []time.Duration{ms, ms, ms, ms}, 32},
		{"nobody waits", 0, []time.Duration{ms, ms, ms, ms}, 8},
		{"slow", 1, []time.Duration{ms / 5, 9 * ms}, 16},
		{"all", 1, []time.Duration{ms, ms, ms, ms, ms, ms, ms, ms, ms, ms}, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var given int64
				r := newRamp(100, func(n int64) { given += n })
				for range tt.waiting {
					r.wait()
				}
				for _, took := range tt.answers {
					for range r.open {
						r.answered(took)
					}
				}
				if r.open != tt.want || r.open != atOnce+given || r.open+r.held != 100 {
					t.Errorf("%d places are open, want %d; %d were given, %d are held", r.open, tt.want, given, r.held)
				}
			})
		})
	}
}

// What is held back is the cap's, never more.
func TestRampHolds(t *testing.T) {
	for _, n := range []int{1, 5, 8, 9, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := newPlaces(n, false)
			open := 0
			for p.sem.TryAcquire(1) {
				open++
			}
			if open != min(n, atOnce) {
				t.Errorf("%d of %d places are open", open, n)
			}
			p.ramp.openMore(p.ramp.held)
			for p.sem.TryAcquire(1) {
				open++
			}
			if open != n {
				t.Errorf("%d of %d places are open in the end", open, n)
			}
		})
	}
}
