package transport

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// A route is the lanes to one host.
type route struct {
	newTransport func() http.RoundTripper

	mu      sync.Mutex
	lanes   []*carrier // nil where it is not in use
	far     bool
	http2   bool
	next    int           // whose turn it is
	changed chan struct{} // closed at each change, and made anew
}

func newRoute(lanes int, newTransport func() http.RoundTripper) *route {
	return &route{newTransport: newTransport, lanes: make([]*carrier, lanes), changed: make(chan struct{})}
}

// A carrier is a transport while it is a lane's. All but the transport is
// guarded by the route's mutex.
type carrier struct {
	http.RoundTripper
	lane  int
	state state
	open  int  // requests that it carries
	left  bool // whether it gets no more of them
}

// state is a carrier's.
type state int

const (
	connecting state = iota
	connected        // or known to lack a connection, which is left to its transport
	failed           // and not needed
)

// plain is the carrier of what does not go over TLS, but through a proxy, say.
func (r *route) plain() *carrier {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lanes[0] == nil {
		r.lanes[0] = &carrier{RoundTripper: r.newTransport(), state: connected}
	}
	r.lanes[0].open++
	return r.lanes[0]
}

// enter waits until a request may go, and returns what carries it, and whether
// it is the first there.
func (r *route) enter(ctx context.Context) (c *carrier, isFirst bool, err error) {
	for {
		c, isFirst, changed := r.pick()
		if c != nil {
			return c, isFirst, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, false, context.Cause(ctx)
		}
	}
}

// pick chooses a carrier and counts a request there, or returns what to wait
// for.
func (r *route) pick() (c *carrier, isFirst bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, c := range r.lanes {
		if c == nil && (i == 0 || r.many()) {
			r.lanes[i] = &carrier{RoundTripper: r.newTransport(), lane: i, open: 1}
			return r.lanes[i], true, nil
		}
	}
	if r.lanes[0].state != connected {
		return nil, false, r.changed
	}
	c = r.turn()
	c.open++
	return c, false, nil
}

// turn is the carrier whose turn it is. The first is connected.
func (r *route) turn() *carrier {
	if !r.many() {
		return r.lanes[0]
	}
	for {
		r.next++
		if c := r.lanes[r.next%len(r.lanes)]; c.state == connected {
			return c
		}
	}
}

// many reports whether there is use for more than one lane. Until it is known
// whether the host speaks HTTP/2 it may be.
func (r *route) many() bool { return r.far && (r.http2 || r.lanes[0].state == connecting) }

// set changes a carrier's state or what is known of the host.
func (r *route) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	close(r.changed)
	r.changed = make(chan struct{})
}

// ended is told of the end of a carrier's first request.
func (r *route) ended(c *carrier) {
	r.set(func() {
		switch {
		case c.state == connected:
		case c.lane == 0:
			c.state = connected
		default:
			c.state = failed
		}
	})
}

// watch returns a context in which package http tells how a carrier's first
// request gets its connection.
func (r *route) watch(ctx context.Context, c *carrier, farAway time.Duration) context.Context {
	var mu sync.Mutex // addresses may be tried side by side
	var start time.Time
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(string, string) {
			mu.Lock()
			defer mu.Unlock()
			start = time.Now()
		},
		ConnectDone: func(_, _ string, err error) {
			mu.Lock()
			took := time.Since(start)
			mu.Unlock()
			if c.lane == 0 && err == nil && took >= farAway {
				r.set(func() { r.far = true })
			}
		},
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			if err == nil {
				r.set(func() { r.http2 = s.NegotiatedProtocol == "h2" })
			}
		},
		GotConn: func(httptrace.GotConnInfo) { r.set(func() { c.state = connected }) },
	})
}

// closeIdle closes the connections that no request uses.
func (r *route) closeIdle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.lanes {
		if c != nil {
			closeIdle(c.RoundTripper)
		}
	}
}
