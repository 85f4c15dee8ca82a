// Package limit decides when a request may start. Every request holds a slot while it is
// open; slow start opens slots step by step; hosts can ask for pauses; and there may be
// a rate.
package limit

import (
	"context"
	"net/url"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter is the cap and everything else that requests wait for before they start. It
// is safe for concurrent use.
type Limiter struct {
	slots  *slots
	pauses pauses
	rate   *rate.Limiter
}

// New returns a Limiter with n slots, 1 or more, and a rate in requests per second. If
// the slots are not numbered, each is number 0.
func New(n int, r rate.Limit, numbered bool) *Limiter {
	return &Limiter{slots: newSlots(n, numbered), rate: rate.NewLimiter(r, 1)}
}

// Acquire waits until a request to a URL may start and returns the number of its slot,
// which the caller must give back with Release. It holds no slot while it waits for the
// host or the rate. The error is the cause of ctx's end.
func (l *Limiter) Acquire(ctx context.Context, to *url.URL, w Waiter) (slot int, err error) {
	left, reason := l.pauses.left(to), ForHost
	for {
		if err := sleep(ctx, left, reason, w); err != nil {
			return 0, err
		}
		if slot, err = l.slots.acquire(ctx, w); err != nil {
			return 0, err
		}
		// A pause may have begun while this request waited for its slot.
		if left, reason = l.pauses.left(to), ForHost; left == 0 {
			left, reason = l.tooEarly(), ForRate
		}
		if left == 0 {
			return slot, nil
		}
		l.slots.release(slot)
	}
}

// AcquireSlot waits for a slot for something that is not a request.
func (l *Limiter) AcquireSlot(ctx context.Context, w Waiter) (slot int, err error) {
	return l.slots.acquire(ctx, w)
}

// Release gives a slot back.
func (l *Limiter) Release(slot int) { l.slots.release(slot) }

// Answered is called with the time that an answer took to begin, while its slot is held.
// From this, slow start sees whether more slots would help.
func (l *Limiter) Answered(took time.Duration) { l.slots.start.answered(took) }

// Open returns how many slots are open, and a channel that is closed when there are more.
func (l *Limiter) Open() (n int, more <-chan struct{}) { return l.slots.start.opened() }

// Pause holds requests to the host of a URL back for some time, and reports whether that
// is news.
func (l *Limiter) Pause(to *url.URL, d time.Duration) bool { return l.pauses.pause(to, d) }

// Withdraw takes slots away because there are no descriptors for so many requests; Regain
// gives one back if there has been no shortage for a while.
func (l *Limiter) Withdraw() { l.slots.withdraw() }

// Regain is the opposite of Withdraw.
func (l *Limiter) Regain() { l.slots.regain() }

// tooEarly returns how long it takes until the rate may allow another request; 0 means
// that it allows one now, which is then counted. Requests that wait do not reserve their
// turn: it would pass while they wait for a slot, and a burst would follow.
func (l *Limiter) tooEarly() time.Duration {
	if l.rate.Allow() {
		return 0
	}
	missing := 1 - l.rate.Tokens()
	return max(time.Millisecond, time.Duration(missing/float64(l.rate.Limit())*float64(time.Second)))
}
