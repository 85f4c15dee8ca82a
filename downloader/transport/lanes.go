package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// Lanes is a [http.RoundTripper] that sends requests over TLS through one or a
// few others, such as [http.Transport]. It is safe for concurrent use.
//
// Whether a host speaks HTTP/2, where one connection carries all requests, is
// known only when there is one. Package http makes one for each request that
// comes before: m handshakes, of which one is used. So the first request to a
// host goes ahead, and the others follow once it is connected, or has failed.
//
// A connection begins slowly (RFC 5681, section 3.1), and to a host that is far
// away the one that all requests share is slower than those of HTTP/1.1 together.
// There further transports, with a connection each, take turns with the first.
type Lanes struct {
	transports []http.RoundTripper
	farAway    time.Duration // that it takes at least to connect to a host that is
	readRoots  func()

	mu     sync.Mutex
	routes map[string]*route // by host
}

// NewLanes returns a Lanes over transports, one or more, that are all alike.
func NewLanes(transports ...http.RoundTripper) *Lanes {
	return &Lanes{
		transports: transports,
		farAway:    5 * time.Millisecond,
		readRoots:  sync.OnceFunc(readRoots),
		routes:     map[string]*route{},
	}
}

// readRoots has package x509 read the system's certificates, which it otherwise
// does only when the first of a server is to be verified. That takes tens of
// milliseconds, which a connection that is being made leaves unused.
func readRoots() {
	x509.SystemCertPool() // an error comes again when it matters
}

// RoundTrip sends a request and returns its answer, as the transport that it is
// sent through does. A context that ends while the request waits for another to
// connect has its cause returned.
func (l *Lanes) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" {
		return l.transports[0].RoundTrip(req)
	}
	r := l.route(req.URL.Host)
	lane, isFirst, err := r.enter(req.Context())
	if err != nil {
		return nil, err
	}
	if isFirst {
		defer r.ended(lane)
		var reading sync.WaitGroup
		reading.Go(l.readRoots)
		defer reading.Wait()
		req = req.WithContext(r.watch(req.Context(), lane, l.farAway))
	}
	return l.transports[lane].RoundTrip(req)
}

// CloseIdleConnections closes the connections that no request uses.
func (l *Lanes) CloseIdleConnections() {
	for _, t := range l.transports {
		closeIdle(t)
	}
}

func (l *Lanes) route(host string) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.routes[host]
	if r == nil {
		r = &route{lanes: make([]state, len(l.transports)), changed: make(chan struct{})}
		l.routes[host] = r
	}
	return r
}

// A route is the lanes to one host.
type route struct {
	mu      sync.Mutex
	lanes   []state
	far     bool
	http2   bool
	next    int           // whose turn it is
	changed chan struct{} // closed at each change, and made anew
}

// state is a lane's.
type state int

const (
	unused state = iota
	connecting
	connected // or known to lack a connection, which is left to its transport
	failed    // and not needed
)

// enter waits until a request may go, and returns its lane, and whether it is
// the first there.
func (r *route) enter(ctx context.Context) (lane int, isFirst bool, err error) {
	for {
		lane, isFirst, changed := r.pick()
		if changed == nil {
			return lane, isFirst, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, false, context.Cause(ctx)
		}
	}
}

// pick chooses a lane, or returns what to wait for.
func (r *route) pick() (lane int, isFirst bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range r.lanes {
		if s == unused && (i == 0 || r.many()) {
			r.lanes[i] = connecting
			return i, true, nil
		}
	}
	if r.lanes[0] != connected {
		return 0, false, r.changed
	}
	if !r.many() {
		return 0, false, nil
	}
	for r.next++; r.lanes[r.next%len(r.lanes)] != connected; r.next++ {
	}
	return r.next % len(r.lanes), false, nil
}

// many reports whether there is use for more than one lane. Until it is known
// whether the host speaks HTTP/2 it may be.
func (r *route) many() bool { return r.far && (r.http2 || r.lanes[0] == connecting) }

// set changes a lane's state or what is known of the host.
func (r *route) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	close(r.changed)
	r.changed = make(chan struct{})
}

// ended is told of the end of a lane's first request.
func (r *route) ended(lane int) {
	r.set(func() {
		switch {
		case r.lanes[lane] == connected:
		case lane == 0:
			r.lanes[lane] = connected
		default:
			r.lanes[lane] = failed
		}
	})
}

// watch returns a context in which package http tells how a lane's first
// request gets its connection.
func (r *route) watch(ctx context.Context, lane int, farAway time.Duration) context.Context {
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
			if lane == 0 && err == nil && took >= farAway {
				r.set(func() { r.far = true })
			}
		},
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			if err == nil {
				r.set(func() { r.http2 = s.NegotiatedProtocol == "h2" })
			}
		},
		GotConn: func(httptrace.GotConnInfo) { r.set(func() { r.lanes[lane] = connected }) },
	})
}
