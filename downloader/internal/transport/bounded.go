package transport

import (
	"cmp"
	"context"
	"io"
	"math"
	"net/http"
	"time"
)

// bounded has a transport bound each wait for the network, and linger when a
// request is called off, as [Direct] does by itself for less. The waits are for
// each step of making a connection, for the whole header of an answer, from the
// moment that there is a connection, and for more of its body.
type bounded struct {
	http.RoundTripper
	Bounds
}

// Bound returns a transport that sends requests through t, each within bounds.
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

// boundedBody is a body whose every read is ended by a clock. Time in which
// nobody reads does not count.
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

// closeIdle does as [http.Client.CloseIdleConnections].
func closeIdle(t http.RoundTripper) { (&http.Client{Transport: t}).CloseIdleConnections() }
