package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"

	"getflags/downloader/internal/limit"
)

// hostConnections are the connections to one host.
type hostConnections struct {
	newTransport func() http.RoundTripper

	mu      sync.Mutex
	all     []*connection
	far     bool          // that it took long to accept one
	single  bool          // that each carries one request at a time, so that transports make as many as they need
	took    time.Duration // to make one; 0 before there was any
	waiting int           // requests that wait for one
	changed chan struct{} // closed at each change that these wait for, and made anew
}

// A connection is a transport with one connection over HTTP/2, made by its first request,
// or with as many as it needs over HTTP/1.1. The mutex of its host guards everything but
// the transport.
type connection struct {
	http.RoundTripper
	since  time.Time               // that it is being made
	giveUp context.CancelCauseFunc // ends the request that makes it
	made   bool                    // or its transport is left to make it
	gone   bool                    // whether it gets no more requests
	open   int                     // requests that it carries
	heard  time.Time               // when it was last known to be alive
}

// errLate ends the wait for a connection if there are others.
var errLate = errors.New("the connection takes too long to make")

// enter waits until a request may be sent, and returns the connection for it and the
// context to send it with.
func (h *hostConnections) enter(ctx context.Context) (*connection, context.Context, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting++
	defer func() { h.waiting-- }()
	for {
		if c, ctx := h.pick(ctx); c != nil {
			c.open++
			return c, ctx, nil
		}
		if err := h.wait(ctx); err != nil {
			return nil, nil, err
		}
	}
}

// wait waits for a change. The lock is held, but not while it waits.
func (h *hostConnections) wait(ctx context.Context) error {
	changed := h.changed
	h.mu.Unlock()
	defer h.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// tell wakes the requests that wait. The lock is held.
func (h *hostConnections) tell() {
	if h.waiting > 0 {
		close(h.changed)
		h.changed = make(chan struct{})
	}
}

// pick chooses the connection for a request, or nil if it has to wait. The lock is held.
func (h *hostConnections) pick(ctx context.Context) (*connection, context.Context) {
	requests, inUse, making := h.waiting, 0, 0
	var best *connection
	for _, c := range h.all {
		requests += c.open
		switch {
		case c.gone:
			continue
		case !c.made:
			making++
		case best == nil || c.open < best.open:
			best = c
		}
		inUse++
	}
	wanted := min(requests/limit.PerConnection, limit.MostConnections)
	switch {
	case inUse == 0 || h.far && !h.single && len(h.all) < wanted:
		return h.add(ctx)
	case best == nil || making > 0 && best.open*inUse >= requests: // it has its share
		return nil, nil
	}
	return best, ctx
}

// add begins a connection and returns it with the context for the request that makes it,
// which ends with its parent at the latest. The lock is held.
func (h *hostConnections) add(ctx context.Context) (*connection, context.Context) {
	c := &connection{RoundTripper: h.newTransport(), since: time.Now(), made: h.single}
	ctx, c.giveUp = context.WithCancelCause(ctx)
	h.all = append(h.all, c)
	if h.took > 0 {
		h.expect(c, 2*h.took)
	}
	return c, h.watch(ctx, c)
}

// watch returns a context through which package http reports how a connection is made:
// that the host has been silent for long, and that the connection is there.
func (h *hostConnections) watch(ctx context.Context, c *connection) context.Context {
	silence := time.AfterFunc(limit.Far, h.setFar)
	silence.Stop()
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(string, string) { silence.Reset(limit.Far) },
		ConnectDone:  func(string, string, error) { silence.Stop() },
		GotConn:      func(info httptrace.GotConnInfo) { h.connected(c, info.Conn) },
	})
}

func (h *hostConnections) setFar() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.far = true
	h.tell()
}

// connected is called when a connection is made. If it shows that the host speaks
// HTTP/1.1, the transport makes others as it needs them.
func (h *hostConnections) connected(c *connection, conn net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.made || c.gone { // gone: its request was told to go elsewhere a moment ago
		return
	}
	c.made, c.heard = true, time.Now()
	h.took = c.heard.Sub(c.since)
	h.single = !isHTTP2(conn)
	for _, other := range h.all {
		if !other.made && !h.single {
			h.expect(other, h.took)
		}
		other.made = other.made || h.single
	}
	h.tell()
}

func isHTTP2(c net.Conn) bool {
	t, ok := c.(*tls.Conn)
	return ok && t.ConnectionState().NegotiatedProtocol == "h2"
}

// expect gives up a connection that is not made in time, if there is another. Its request
// goes elsewhere.
func (h *hostConnections) expect(c *connection, in time.Duration) {
	time.AfterFunc(in, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !c.made && slices.ContainsFunc(h.all, func(c *connection) bool { return c.made && !c.gone }) {
			c.gone = true
			c.giveUp(errLate)
		}
	})
}

// ended is called when a request ends, with the time when something was last heard of it,
// or else when it was sent. It reports whether the request may go elsewhere: one that
// failed to make a connection was not sent. If there is no other connection, requests
// are left to the transport of this one.
func (h *hostConnections) ended(c *connection, heard time.Time, err error) (elsewhere bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.open--
	switch {
	case !c.made:
		elsewhere = c.gone || slices.ContainsFunc(h.all, func(o *connection) bool { return o != c && !o.gone })
		c.gone, c.made = elsewhere, !elsewhere
	case err == nil && heard.After(c.heard):
		c.heard = heard
	case isSilence(err):
		h.leave(heard)
	}
	if c.gone && c.open == 0 {
		closeIdle(c.RoundTripper)
	}
	h.tell()
	return elsewhere
}

// leave makes later requests use only connections that have been heard of after a given
// time. Over HTTP/1.1 it closes idle ones; those in use prove to be alive by their
// answers. Over HTTP/2 requests share connections, so those that may be dead are replaced
// and closed after their last request. The lock is held.
func (h *hostConnections) leave(since time.Time) {
	h.all = slices.DeleteFunc(h.all, func(c *connection) bool {
		c.gone = c.gone || c.made && !h.single && !c.heard.After(since)
		if c.gone || h.single {
			closeIdle(c.RoundTripper)
		}
		return c.gone
	})
}

// closeIdle closes the connections that no request uses.
func (h *hostConnections) closeIdle() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.all {
		closeIdle(c.RoundTripper)
	}
}
