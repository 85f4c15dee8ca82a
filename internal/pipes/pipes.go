// Package pipes is, for tests, a network in memory, on which time may be virtual.
package pipes

import (
	"context"
	"net"
	"sync"
)

// A Listener is a [net.Listener] whose clients call Dial. Its connections hold no
// bytes: what one side writes the other side has read. It is safe for concurrent
// use.
type Listener struct {
	conns  chan net.Conn
	errs   chan error
	closed chan struct{}
	once   sync.Once
}

// New returns a Listener. Its Close ends it.
func New() *Listener {
	return &Listener{conns: make(chan net.Conn), errs: make(chan error), closed: make(chan struct{})}
}

// Accept implements [net.Listener].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case err := <-l.errs:
		return nil, err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Fail has an Accept, under way or to come, return err.
func (l *Listener) Fail(err error) { l.errs <- err }

// Close implements [net.Listener]. The connections stay.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements [net.Listener].
func (l *Listener) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// Dial connects to the listener, once it accepts; network and address may be any.
// The error is [net.ErrClosed], or the cause of ctx's end.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return Quiet(near), nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Quiet is a connection to a server that says nothing before it is asked, and has
// a method Quiet that says so: the engine wants to know, and a pipe cannot tell.
func Quiet(c net.Conn) net.Conn { return quiet{c} }

type quiet struct{ net.Conn }

func (quiet) Quiet() bool { return true }
