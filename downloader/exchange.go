package downloader

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"

	"getflags/downloader/internal/limit"
)

// An exchange is one request with all its attempts.
type exchange struct {
	*sender
	*request
	team     *team // of its worker; nil outside of a run
	checks   []Check
	attempts int
	wanted   time.Time // when the request was first wanted; zero if unknown or now
	watch    *watch    // nil if nobody observes
	aside    bool      // whether its worker has stepped aside
}

// persist makes attempts until one succeeds, fails for good, or there are
// none left, and returns the last one's error.
func (x *exchange) persist(ctx context.Context) (*Response, error) {
	start := time.Now()
	resp, err := x.attempt(ctx)
	if err == nil {
		return resp, nil
	}
	o := &x.options
	left := o.RetryMaxTime - time.Since(start)
	if o.Retries == 0 || !o.mayRetry(ctx, err) || o.RetryMaxTime > 0 && left <= 0 {
		return nil, causeOr(ctx, err)
	}
	last, isFirst := err, true
	resp, err = backoff.Retry(ctx, func() (*Response, error) {
		if isFirst { // it has been made above
			isFirst = false
			return nil, last
		}
		x.resume(nil)
		resp, err := x.attempt(ctx)
		last = err
		if err != nil && !x.options.mayRetry(ctx, err) {
			err = backoff.Permanent(err)
		}
		return resp, err
	},
		backoff.WithBackOff(fullJitter()),
		backoff.WithMaxTries(uint(o.Retries)+1),
		backoff.WithMaxElapsedTime(max(0, left)),
		backoff.WithNotify(x.rest),
	)
	if err != nil {
		err = causeOr(ctx, last)
		x.resume(err)
		return nil, err
	}
	return resp, nil
}

// rest is called by package backoff when the wait for the next attempt begins; resume
// ends that wait, if there is one.
func (x *exchange) rest(error, time.Duration) {
	x.stepAside()
	x.watch.rests()
}

func (x *exchange) resume(err error) {
	x.stepBack()
	x.watch.resumed(err)
}

// attempt makes one attempt, checks included.
func (x *exchange) attempt(ctx context.Context) (*Response, error) {
	resp, err := x.inSlot(ctx)
	if err != nil || resp.NotModified {
		return resp, err
	}
	return resp, check(resp, x.checks)
}

// inSlot makes an attempt in a slot, again as long as there is no descriptor for it. If
// ctx ends while it waits for one of these, that is not an attempt.
func (x *exchange) inSlot(ctx context.Context) (*Response, error) {
	var s shortage
	for {
		resp, err := x.send(ctx)
		if !isShort(err) {
			return resp, err
		}
		if !x.relieve(ctx, &s) {
			return nil, causeOr(ctx, err)
		}
		x.attempts--
		x.watch.notSent()
	}
}

// send makes an attempt as soon as it may start.
func (x *exchange) send(ctx context.Context) (*Response, error) {
	slot, err := x.limiter.Acquire(ctx, x.url, x)
	if err != nil {
		return nil, err
	}
	x.gotSlot(slot)
	x.attempts++
	p := x.watch.probe(slot)
	resp, err := x.exchange(ctx, x.request, p)
	p.end(err)
	if isShort(err) {
		x.limiter.Withdraw()
	} else {
		x.limiter.Regain()
	}
	x.limiter.Release(slot)
	return resp, err
}

// Waits implements [limit.Waiter]. Unless the wait is for a slot, another worker can work
// in the meantime.
func (x *exchange) Waits(w limit.Wait) (ended func(slot int, err error)) {
	if w != limit.ForSlot {
		x.stepAside()
	}
	start := x.observer.now()
	if w == limit.ForSlot && !x.wanted.IsZero() {
		start, x.wanted = x.wanted, time.Time{}
	}
	return func(slot int, err error) {
		x.stepBack()
		x.watch.waited(w, slot, start, err)
	}
}

// gotSlot tells the observer how long a request waited until a worker took it.
func (x *exchange) gotSlot(slot int) {
	if !x.wanted.IsZero() {
		x.watch.waited(limit.ForSlot, slot, x.wanted, nil)
		x.wanted = time.Time{}
	}
}

// stepAside lets others work in place of this worker, until stepBack.
func (x *exchange) stepAside() {
	if x.team != nil && !x.aside {
		x.aside = true
		x.team.stepAside()
	}
}

func (x *exchange) stepBack() {
	if x.aside {
		x.aside = false
		x.team.stepBack()
	}
}
