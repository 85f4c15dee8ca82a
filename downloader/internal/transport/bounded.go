package transport

import (
	"cmp"
	"context"
	"io"
	"math"
	"net/http"
	"time"
)

// A bounded transport limits each wait for the network, and lingers when a request is
// called off, as [Direct] does by itself at a lower cost. The waits are for each step of
// making a connection, then for the whole header of the answer, then for each part of
// its body.
type bounded struct {
	http.RoundTripper
	Bounds
}

// Bound returns a transport that sends requests through t, each within b. Like t, it is
// safe for concurrent use.
func Bound(t http.RoundTripper, b Bounds) http.RoundTripper {
	const forever time.Duration = math.MaxInt64
	b.HeaderTimeout = cmp.Or(b.HeaderTimeout, forever)
	b.BodyTimeout = cmp.Or(b.BodyTimeout, forever)
	return &bounded{RoundTripper: t, Bounds: b}
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := b.lingering(req.Context())
	clock := newClock(b.HeaderTimeout, cancel)
	resp, err := b.RoundTripper.RoundTrip(req.WithContext(clock.watch(ctx)))
	clock.stop()
	if err != nil {
		defer cancel(nil)
		return nil, causeOr(ctx, err)
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, clock: clock, bounds: &b.Bounds}
	return resp, nil
}

// CloseIdleConnections is for [http.Client].
func (b *bounded) CloseIdleConnections() { closeIdle(b.RoundTripper) }

// lingering returns a context that ends a moment after its parent.
func (b *bounded) lingering(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() {
		time.AfterFunc(b.Linger, func() { cancel(context.Cause(parent)) })
	})
	return ctx, func(cause error) {
		stop()
		cancel(cause)
	}
}

// A boundedBody ends each read that takes too long. Time in which nobody reads does not
// count.
type boundedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	clock  *clock
	bounds *Bounds
	soFar  progress
}

func (b *boundedBody) Read(p []byte) (int, error) {
	pace := b.bounds.Pace
	start, wait := time.Now(), b.bounds.BodyTimeout
	if pace.Limit > 0 {
		wait = min(wait, pace.left(b.soFar))
	}
	b.clock.timer.Reset(wait)
	n, err := b.ReadCloser.Read(p)
	b.clock.stop()
	pace.add(&b.soFar, n, time.Since(start))
	if slow := pace.check(b.soFar); n == 0 && slow != nil {
		return 0, slow
	}
	if err != nil && err != io.EOF {
		err = causeOr(b.ctx, err)
	}
	return n, err
}

func (b *boundedBody) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

// closeIdle closes the idle connections of a transport that can do that.
func closeIdle(t http.RoundTripper) { (&http.Client{Transport: t}).CloseIdleConnections() }
