package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"os"
	"sync/atomic"
	"time"
)

// A clock ends a request that has waited too long for one step. It does not run while the
// request waits for other requests: package http tells when it begins. It is safe for
// concurrent use, even after the request has ended.
type clock struct {
	timeout   time.Duration
	timer     *time.Timer
	connected atomic.Bool
}

func newClock(timeout time.Duration, cancel context.CancelCauseFunc) *clock {
	c := &clock{timeout: timeout}
	c.timer = time.AfterFunc(timeout, func() { cancel(c.expired()) })
	c.timer.Stop()
	return c
}

// expired returns the error of a request whose time is up.
func (c *clock) expired() error {
	if !c.connected.Load() {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	}
	return os.ErrDeadlineExceeded
}

func (c *clock) restart() { c.timer.Reset(c.timeout) }
func (c *clock) stop()    { c.timer.Stop() }

// step notes a step on the way to a connection. Package http may make one for later
// requests when this one already has another.
func (c *clock) step() {
	if !c.connected.Load() {
		c.restart()
	}
}

// watch returns a context through which package http reports its steps.
func (c *clock) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:          func(string) { c.connected.Store(false); c.restart() },
		ConnectDone:      func(string, string, error) { c.step() },
		TLSHandshakeDone: func(tls.ConnectionState, error) { c.step() },
		GotConn:          func(httptrace.GotConnInfo) { c.connected.Store(true); c.restart() },
	})
}
