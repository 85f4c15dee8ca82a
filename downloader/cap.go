package downloader

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// places is the cap: a weighted semaphore of which every request takes one
// before it dials and which it gives back after the last byte of its body.
// x/sync's semaphore serves waiters first come, first served, so no request
// starves.
type places struct {
	sem     *semaphore.Weighted
	ramp    *ramp
	numbers *numbers // nil where nobody observes, and every place is number 0
	short   short
}

func newPlaces(n int, observed bool) *places {
	p := &places{sem: semaphore.NewWeighted(int64(n)), short: short{left: n}}
	p.ramp = newRamp(n, p.sem.Release)
	p.sem.TryAcquire(p.ramp.held)
	if observed {
		p.numbers = newNumbers(n)
	}
	return p
}

// acquire waits for a place and returns its number.
func (p *places) acquire(ctx context.Context, w *watch) (slot int, err error) {
	if ctx.Err() == nil && p.sem.TryAcquire(1) {
		p.short.taken.Add(1)
		p.ramp.begun()
		return p.numbers.take(), nil
	}
	start := w.now()
	p.ramp.wait()
	err = p.sem.Acquire(ctx, 1)
	p.ramp.waited()
	if err != nil {
		w.waited(KindSlotWait, -1, start, context.Cause(ctx))
		return 0, err
	}
	p.short.taken.Add(1)
	p.ramp.begun()
	slot = p.numbers.take()
	w.waited(KindSlotWait, slot, start, nil)
	return slot, nil
}

func (p *places) release(slot int) {
	p.numbers.give(slot)
	if !p.short.swallow() {
		p.sem.Release(1)
	}
}

// A lease is one task's hold on the cap. It gives each request a place and,
// where the task's files are to be written in line, keeps the last one until
// the writing is done.
type lease struct {
	places *places
	demand *demand // of the run; the task counts until its first request does
	keep   bool    // whether the last request's place is kept for writing

	mu       sync.Mutex
	asked    bool // for a place
	requests int  // that hold a place or wait for one
	kept     bool // a place without a request
	slot     int  // the kept place's number
}

// take waits for a place and returns its number. Every take without an error
// is followed by a give.
func (l *lease) take(ctx context.Context, w *watch) (slot int, err error) {
	l.mu.Lock()
	l.requests++
	reuse, slot := l.kept, l.slot
	l.kept = false
	if l.asked {
		l.demand.rise()
	}
	l.asked = true
	l.mu.Unlock()
	defer l.demand.fall()
	if reuse {
		return slot, nil
	}
	if slot, err = l.places.acquire(ctx, w); err != nil {
		l.mu.Lock()
		l.requests--
		l.mu.Unlock()
		return 0, context.Cause(ctx)
	}
	return slot, nil
}

// give returns a request's place. Where places are kept for writing, last
// says that the request has brought what it was to bring. Only then, and only
// a task's last request may keep its place: if others of the same task still
// waited for one, they could wait for ever.
func (l *lease) give(slot int, last bool) {
	l.mu.Lock()
	l.requests--
	l.kept = l.keep && last && l.requests == 0
	l.slot = slot
	kept := l.kept
	l.mu.Unlock()
	if !kept {
		l.places.release(slot)
	}
}

// lane is the number of the place kept for writing, or -1.
func (l *lease) lane() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.kept {
		return -1
	}
	return l.slot
}

// end gives back a place kept for writing.
func (l *lease) end() {
	l.mu.Lock()
	kept, slot, asked := l.kept, l.slot, l.asked
	l.kept = false
	l.mu.Unlock()
	if !asked {
		l.demand.fall()
	}
	if kept {
		l.places.release(slot)
	}
}
