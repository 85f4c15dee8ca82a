package downloader

import (
	"context"
	"io"
	"net/http"
	"time"

	"getflags/downloader/transport"
)

// linger is how long a request goes on when it is called off. To cut it off
// at once would cost the connection, and the server would take it for open
// until it hears of that, by when it may have the next one in its place: more
// than the cap at once, as the server sees it. A fast server answers first.
const linger = 10 * time.Millisecond

// bounded has a transport bound each wait for the network, and linger when a
// request is called off, as [transport.Direct] does by itself for less. The
// waits are for each step of making a connection, for the whole header of an
// answer, from the moment that there is a connection, and for more of its body.
type bounded struct {
	http.RoundTripper
	timeout time.Duration
}

// bound makes t bounded if it is not.
func bound(t http.RoundTripper, timeout time.Duration) http.RoundTripper {
	if d, ok := t.(*transport.Direct); ok && d.BodyTimeout > 0 {
		return t
	}
	return &bounded{RoundTripper: t, timeout: timeout}
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := lingering(req.Context())
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

// causeOr is why a context ended, or else err.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// lingering returns a context that ends a moment after its parent.
func lingering(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() {
		time.AfterFunc(linger, func() { cancel(context.Cause(parent)) })
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
