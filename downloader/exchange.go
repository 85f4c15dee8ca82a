package downloader

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// An exchange is one request with all attempts at it.
type exchange struct {
	*Client
	*request
	checks   []Check
	attempts int
	wanted   time.Time // when the request was wanted, if it is observed and that was before
	watch    *watch    // nil where nobody observes
	aside    bool      // whether its worker waits without needing a slot
}

// persist makes attempts until one succeeds, fails for good, or there are
// none left, and returns the last one's error.
func (x *exchange) persist(ctx context.Context) (*Response, error) {
	start := time.Now()
	resp, err := x.attempt(ctx)
	if err == nil {
		return resp, nil
	}
	o := &x.d.options
	left := o.RetryMaxTime - time.Since(start)
	if o.Retries == 0 || !x.d.mayRetry(ctx, err) || o.RetryMaxTime > 0 && left <= 0 {
		return nil, causeOr(ctx, err)
	}
	last, isFirst := err, true
	resp, err = backoff.Retry(ctx, func() (*Response, error) {
		if isFirst { // which has been made
			isFirst = false
			return nil, last
		}
		x.resume(nil)
		resp, err := x.attempt(ctx)
		last = err
		if err != nil && !x.d.mayRetry(ctx, err) {
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

// rest begins the wait for the next attempt, and resume ends it, if one is under
// way. Package backoff tells when it begins to wait.
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

// inSlot waits for a slot and holds it just as long as the request is open. What
// ends while it waits, for a slot or a descriptor, is not an attempt.
func (x *exchange) inSlot(ctx context.Context) (*Response, error) {
	var s shortage
	for {
		resp, err := x.send(ctx)
		if !isShort(err) {
			return resp, err
		}
		if !x.d.relieve(ctx, &s) {
			return nil, causeOr(ctx, err)
		}
		x.attempts--
		x.watch.notSent()
	}
}

// send makes an attempt as soon as it may start.
func (x *exchange) send(ctx context.Context) (*Response, error) {
	slot, err := x.d.limiter.Acquire(ctx, x.url, x)
	if err != nil {
		return nil, err
	}
	x.gotSlot(slot)
	x.attempts++
	p := x.watch.probe(slot)
	resp, err := x.d.exchange(ctx, x.request, p)
	p.end(err)
	// Before the slot is free: who gets it next has to find the pause begun.
	x.d.heed(x.url, err)
	if isShort(err) {
		x.d.limiter.Withdraw()
	} else {
		x.d.limiter.Regain()
	}
	x.d.limiter.Release(slot)
	return resp, err
}

// Waits implements [limit.Waiter]. Another may work meanwhile, unless it is for a
// slot.
func (x *exchange) Waits(w limit.Wait) (ended func(slot int, err error)) {
	if w != limit.ForSlot {
		x.stepAside()
	}
	start := x.watch.now()
	if w == limit.ForSlot && !x.wanted.IsZero() {
		start, x.wanted = x.wanted, time.Time{}
	}
	return func(slot int, err error) {
		x.stepBack()
		x.watch.waited(waitKinds[w], slot, start, err)
	}
}

// gotSlot tells of the wait of a request that had to be taken up by somebody.
func (x *exchange) gotSlot(slot int) {
	if !x.wanted.IsZero() {
		x.watch.waited(KindSlotWait, slot, x.wanted, nil)
		x.wanted = time.Time{}
	}
}

// stepAside says that others may work in place of this one, until stepBack.
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

// exchange sends one request and reads its answer to the end.
func (d *Downloader) exchange(ctx context.Context, r *request, p *probe) (*Response, error) {
	start := time.Now()
	r, a, err := d.ask(ctx, r, p)
	var body *transport.BodyError
	if err != nil && !errors.As(err, &body) {
		return nil, d.explain(ctx, err, "waiting for an answer")
	}
	d.limiter.Answered(time.Since(start))
	var resp *Response
	switch {
	case body != nil:
		p.answered(http.StatusOK, body.Came)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = cutOff(body.Came, int64(body.Length), body.Err)
		}
	case a.Response == nil:
		p.answered(http.StatusOK, len(a.Body))
		resp, err = d.plain(a)
	default:
		defer a.Response.Body.Close()
		p.answered(a.Response.StatusCode, 0)
		resp, err = d.receive(a.Response, p.counting(a.Response.Body), r)
	}
	if err != nil {
		return nil, d.explain(ctx, err, "reading the body")
	}
	return resp, nil
}

// ask sends a request, and those that follow where the answer is a redirect, and
// returns the answer that counts, and the request that it answers.
func (d *Downloader) ask(ctx context.Context, r *request, p *probe) (*request, transport.Answer, error) {
	a, err := d.carry(ctx, r, p)
	if err != nil || a.Response == nil {
		return r, a, err
	}
	j := &journey{request: r, home: r}
	for {
		if further, err := j.follow(d, a.Response); !further {
			return j.request, a, err
		}
		if a, err = d.carry(ctx, j.request, p); err != nil || a.Response == nil {
			return j.request, a, err
		}
	}
}

// carry sends a request the way it is for.
func (d *Downloader) carry(ctx context.Context, r *request, p *probe) (transport.Answer, error) {
	plain := transport.Request{URL: r.url, Host: r.host, Fields: r.fields, Trace: p.trace()}
	if d.direct != nil && d.direct.Takes(&plain) {
		return d.direct.Get(ctx, &plain, &d.buffers)
	}
	resp, err := d.carrier.RoundTrip(r.http(transport.Traced(ctx, p.trace())))
	return transport.Answer{Response: resp}, err
}
