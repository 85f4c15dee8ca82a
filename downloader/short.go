package downloader

import (
	"sync"
	"sync/atomic"
	"time"
)

// short is how many places the cap has less because there are not as many
// descriptors. It is safe for concurrent use.
type short struct {
	taken atomic.Int64 // places
	some  atomic.Bool  // whether any are withdrawn; the rest matters only then

	mu      sync.Mutex
	left    int // places that are not withdrawn
	gone    int // places that are
	surplus int // of those, how many have yet to become free
	changed time.Time
}

// regainAfter is how long there has to be no shortage until a place is given
// back, and then the next.
const regainAfter = 100 * time.Millisecond

// withdraw takes away the places beyond those that are taken, and one of these:
// for so many there are no descriptors. The last place stays.
func (p *places) withdraw() {
	s := &p.short
	s.mu.Lock()
	defer s.mu.Unlock()
	s.some.Store(true)
	s.changed = time.Now()
	for s.left > max(1, int(s.taken.Load())-1) {
		s.left--
		s.gone++
		if !p.sem.TryAcquire(1) {
			s.surplus++
		}
	}
}

// swallow reports whether a place that becomes free is to be given to nobody.
func (s *short) swallow() bool {
	s.taken.Add(-1)
	if !s.some.Load() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.surplus == 0 {
		return false
	}
	s.surplus--
	return true
}

// regain gives a place back if there has been no shortage for a while.
func (p *places) regain() {
	s := &p.short
	if !s.some.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone == 0 || time.Since(s.changed) < regainAfter {
		return
	}
	s.changed = time.Now()
	s.gone--
	s.left++
	if s.surplus > 0 {
		s.surplus--
	} else {
		p.sem.Release(1)
	}
}
