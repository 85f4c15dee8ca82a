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
	sem *semaphore.Weighted
}

func newPlaces(n int) *places {
	return &places{semaphore.NewWeighted(int64(n))}
}

// A lease is one task's hold on the cap. It gives each request a place and,
// where the task's files are to be written in line, keeps the last one until
// the writing is done.
type lease struct {
	places *places
	keep   bool // whether the last request's place is kept for writing

	mu       sync.Mutex
	requests int  // that hold a place or wait for one
	kept     bool // a place without a request
}

// take waits for a place. Every take that returns nil is followed by a give.
func (l *lease) take(ctx context.Context) error {
	l.mu.Lock()
	l.requests++
	reuse := l.kept
	l.kept = false
	l.mu.Unlock()
	if reuse {
		return nil
	}
	if err := l.places.sem.Acquire(ctx, 1); err != nil {
		l.mu.Lock()
		l.requests--
		l.mu.Unlock()
		return context.Cause(ctx)
	}
	return nil
}

// give returns a request's place. Where places are kept for writing, last
// says that the request has brought what it was to bring. Only then, and only
// a task's last request may keep its place: if others of the same task still
// waited for one, they could wait for ever.
func (l *lease) give(last bool) {
	l.mu.Lock()
	l.requests--
	l.kept = l.keep && last && l.requests == 0
	kept := l.kept
	l.mu.Unlock()
	if !kept {
		l.places.sem.Release(1)
	}
}

// end gives back a place kept for writing.
func (l *lease) end() {
	l.mu.Lock()
	kept := l.kept
	l.kept = false
	l.mu.Unlock()
	if kept {
		l.places.sem.Release(1)
	}
}
