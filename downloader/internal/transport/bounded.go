package transport

import (
	"context"
	"io"
	"net/http"
	"time"
)

// bounded has a transport bound each wait for the network, and linger when a
// request is called off, as [Direct] does by itself for less. The waits are for each step of making a connection, for the whole header of an
// answer, from the moment that there is a connection, and for more of its body.
type bounded struct {
	http.RoundTripper
	timeout, linger time.Duration
}

// Bound returns a transport that sends requests through t, none of which waits for
// longer than a time-out for one thing, or goes on for longer than linger when
// its context ends, or brings a body more slowly than a pace allows.
func Bound(t http.RoundTripper, timeout, linger time.Duration, pace Pace) http.RoundTripper {
	t = &bounded{RoundTripper: t, timeout: timeout, linger: linger}
	if pace.Limit > 0 {
		t = &paced{RoundTripper: t, pace: pace}
	}
	return t
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := b.lingering(req.Context())
	clock := newClock(b.timeout, cancel)
	resp, err := b.RoundTripper.RoundTrip(req.WithContext(clock.watch(ctx)))
	if err != nil {
		clock.stop()
		defer cancel(nil)
		return nil, causeOr(ctx, err)
	}
	clock.restart()
	resp.Body = &wakeful{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, clock: clock}
	return resp, nil
}

// CloseIdleConnections is for [http.Client].
func (b *bounded) CloseIdleConnections() {
	(&http.Client{Transport: b.RoundTripper}).CloseIdleConnections()
}

// lingering returns a context that ends a moment after its parent.
func (b *bounded) lingering(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() {
		time.AfterFunc(b.linger, func() { cancel(context.Cause(parent)) })
	})
	return ctx, func(cause error) {
		stop()
		cancel(cause)
	}
}

// wakeful is a body whose every read that brings something restarts the clock
// that ends it.
type wakeful struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	clock  *clock
}

func (w *wakeful) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if n > 0 {
		w.clock.restart()
	}
	if err != nil && err != io.EOF {
		err = causeOr(w.ctx, err)
	}
	return n, err
}

func (w *wakeful) Close() error {
	w.clock.stop()
	defer w.cancel(nil)
	return w.ReadCloser.Close()
}
