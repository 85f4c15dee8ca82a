package limit

import (
	"context"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// slots is the cap: a weighted semaphore. Every request acquires a slot before it dials
// and releases it after the last byte of its body. The semaphore serves waiters in
// order, so no request starves.
type slots struct {
	sem     *semaphore.Weighted
	start   *slowStart
	numbers *numbers // nil where every slot is number 0
	short   short
}

func newSlots(n int, numbered bool) *slots {
	s := &slots{sem: semaphore.NewWeighted(int64(n)), short: short{left: n}}
	s.start = newSlowStart(n, s.sem.Release)
	s.sem.TryAcquire(s.start.held)
	if numbered {
		s.numbers = newNumbers(n)
	}
	return s
}

// acquire waits for a slot and returns its number.
func (s *slots) acquire(ctx context.Context, w Waiter) (slot int, err error) {
	if ctx.Err() != nil || !s.sem.TryAcquire(1) {
		ended := w.Waits(ForSlot)
		if s.sem.Acquire(ctx, 1) != nil {
			err = context.Cause(ctx)
			ended(-1, err)
			return 0, err
		}
		defer func() { ended(slot, nil) }()
	}
	s.short.taken.Add(1)
	s.start.taken()
	return s.numbers.take(), nil
}

func (s *slots) release(slot int) {
	s.numbers.give(slot)
	s.start.released()
	if !s.short.swallow() {
		s.sem.Release(1)
	}
}

// A short counts the slots that are withdrawn because there are too few descriptors.
type short struct {
	taken atomic.Int64 // slots
	some  atomic.Bool  // whether any are withdrawn; the rest matters only then

	mu      sync.Mutex
	left    int // slots that are not withdrawn
	gone    int // slots that are
	surplus int // of those, how many have yet to become free
	changed time.Time
}

// withdraw takes away the slots that are free, and one of those that are taken, because
// there are no descriptors for so many. The last slot stays.
func (s *slots) withdraw() {
	h := &s.short
	h.mu.Lock()
	defer h.mu.Unlock()
	h.some.Store(true)
	h.changed = time.Now()
	for h.left > max(1, int(h.taken.Load())-1) {
		h.left--
		h.gone++
		if !s.sem.TryAcquire(1) {
			h.surplus++
		}
	}
}

// swallow reports whether a slot that becomes free is one of those withdrawn.
func (h *short) swallow() bool {
	h.taken.Add(-1)
	if !h.some.Load() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.surplus == 0 {
		return false
	}
	h.surplus--
	return true
}

// regain gives a slot back if there has been no shortage for a while.
func (s *slots) regain() {
	h := &s.short
	if !h.some.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gone == 0 || time.Since(h.changed) < RegainAfter {
		return
	}
	h.changed = time.Now()
	h.gone--
	h.left++
	if h.surplus > 0 {
		h.surplus--
	} else {
		s.sem.Release(1)
	}
}

// numbers gives each slot a number while it is taken, the lowest that is free; a
// semaphore only counts.
type numbers struct {
	mu   sync.Mutex
	free []uint64 // a bit for each number
}

func newNumbers(n int) *numbers {
	free := make([]uint64, (n+63)/64)
	for i := range n {
		free[i/64] |= 1 << (i % 64)
	}
	return &numbers{free: free}
}

// take returns a free number. There is one, because the caller holds a slot.
func (s *numbers) take() int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, word := range s.free {
		if word != 0 {
			s.free[i] &= word - 1
			return 64*i + bits.TrailingZeros64(word)
		}
	}
	panic("limit: more slots are taken than there are")
}

func (s *numbers) give(n int) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free[n/64] |= 1 << (n % 64)
}
