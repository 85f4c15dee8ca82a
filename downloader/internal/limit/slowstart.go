package limit

import (
	"runtime"
	"sync"
	"time"
)

// A slowStart holds most slots back until they help. With a server that answers at once,
// a few connections that are used again and again are best; a slow server needs all of
// them. So while all open slots are taken,
//
//   - all are opened when no request has got a slot or an answer for a moment;
//   - as many again are opened when answers take hardly longer than the fastest did,
//     because then neither the server nor this program is busy, or when they are slow.
//
// Slots are never closed again.
type slowStart struct {
	give func(slots int64)

	mu    sync.Mutex
	open  int64
	held  int64 // back
	inUse int64
	more  chan struct{} // closed when more are opened, and made anew
	moved time.Time     // when a request last got a slot or an answer
	alarm *time.Timer   // set while all open slots are taken

	answers int64         // since the last look at them; those on new connections do not count
	sum     time.Duration // of what they took
	fastest time.Duration // answer of all
}

// newSlowStart returns a slow start for n slots. The caller must have acquired those that
// it holds.
func newSlowStart(n int, give func(slots int64)) *slowStart {
	open := int64(min(n, AtOnce))
	return &slowStart{give: give, open: open, held: int64(n) - open, answers: -open, more: make(chan struct{})}
}

func (s *slowStart) opened() (n int, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.open), s.more
}

// taken is called when a request has got a slot, and released when it no longer has one.
func (s *slowStart) taken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inUse++
	if s.held == 0 {
		return
	}
	s.moved = time.Now()
	if s.alarm == nil && s.inUse >= s.open {
		s.alarm = time.AfterFunc(Moment, s.ring)
	}
}

func (s *slowStart) released() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inUse--
}

// answered is called with the time that an answer took to begin.
func (s *slowStart) answered(took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == 0 {
		return
	}
	s.moved = time.Now()
	if s.fastest == 0 || took < s.fastest {
		s.fastest = took
	}
	if s.answers++; s.answers > 0 {
		s.sum += took
	}
	if s.answers < s.open {
		return
	}
	mean := s.sum / time.Duration(s.answers)
	s.answers, s.sum = 0, 0
	if s.inUse >= s.open && (mean < 2*s.fastest || mean > Slow) {
		s.openMore(s.open)
	}
}

// openMore opens up to n slots. The lock is held.
func (s *slowStart) openMore(n int64) {
	n = min(n, s.held)
	s.open += n
	s.held -= n
	s.answers = -n
	s.give(n)
	close(s.more)
	s.more = make(chan struct{})
}

// ring opens all slots if all open ones are taken and nothing has moved.
func (s *slowStart) ring() {
	late := busy()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarm = nil
	if s.held == 0 || s.inUse < s.open {
		return
	}
	still := time.Since(s.moved)
	switch {
	case still < Moment:
		s.alarm = time.AfterFunc(Moment-still, s.ring)
	case late && still < LongMoment:
		s.alarm = time.AfterFunc(Moment, s.ring)
	default:
		s.openMore(s.held)
	}
}

// busy reports whether goroutines have to wait for a processor: it lets the others go
// first and sees how long that takes.
func busy() bool {
	start := time.Now()
	runtime.Gosched()
	return time.Since(start) > Moment/20
}
