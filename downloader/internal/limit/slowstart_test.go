package limit

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Of a server that answers at once the answers tell whether more requests at
// once would be answered as quickly.
func TestSlowStart(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name    string
		free    int64           // slots that nobody takes
		answers []time.Duration // each as often as there are slots open
		want    int64           // slots that are open in the end
	}{
		{"on new connections", 0, []time.Duration{9 * ms}, 8},
		{"busy", 0, []time.Duration{ms / 5, ms, ms, ms}, 8},
		{"as quick as before", 0, []time.Duration{ms, ms, ms, ms}, 32},
		{"one is free", 1, []time.Duration{ms, ms, ms, ms}, 8},
		{"twice as long as the fastest", 0, []time.Duration{ms, 2 * ms}, 8},
		{"hardly slow", 0, []time.Duration{ms, Slow}, 8},
		{"slow", 0, []time.Duration{ms / 5, 9 * ms}, 16},
		{"all", 0, []time.Duration{ms, ms, ms, ms, ms, ms, ms, ms, ms, ms}, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var given int64
				s := newSlowStart(100, func(n int64) { given += n })
				for _, took := range tt.answers {
					for s.inUse < s.open-tt.free {
						s.taken()
					}
					for range s.open {
						s.answered(took)
					}
				}
				if s.open != tt.want || s.open != AtOnce+given || s.open+s.held != 100 {
					t.Errorf("%d slots are open, want %d; %d were given, %d are held", s.open, tt.want, given, s.held)
				}
				for s.inUse > 0 {
					s.released()
				}
			})
		})
	}
}

// What is held back is the cap's, never more.
func TestSlotsHeldBack(t *testing.T) {
	for _, n := range []int{1, 5, 8, 9, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := newSlots(n, false)
			open := 0
			for s.sem.TryAcquire(1) {
				open++
			}
			if told, _ := s.start.opened(); open != min(n, AtOnce) || told != open {
				t.Errorf("%d of %d slots are open, and %d are said to be", open, n, told)
			}
			s.start.openMore(s.start.held)
			for s.sem.TryAcquire(1) {
				open++
			}
			if told, _ := s.start.opened(); open != n || told != n {
				t.Errorf("%d of %d slots are open in the end, and %d are said to be", open, n, told)
			}
		})
	}
}

// Who waits for more slots is told when there are, once all have been taken and
// nothing has moved for a moment; not before.
func TestSlowStartOpensWhenNothingMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowStart(20, func(int64) {})
		_, more := s.opened()
		for range AtOnce - 1 {
			s.taken()
		}
		time.Sleep(time.Second)
		if n, _ := s.opened(); n != AtOnce {
			t.Errorf("%d slots are open while one is free", n)
		}
		s.taken()
		start := time.Now()
		<-more
		if n, _ := s.opened(); n != 20 || time.Since(start) != Moment {
			t.Errorf("%d slots are open after %v", n, time.Since(start))
		}
	})
}
