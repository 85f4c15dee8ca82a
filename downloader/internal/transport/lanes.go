package transport

import (
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
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
//
// A time-out on a connection may mean that it is dead, though nobody said so: a
// NAT forgets connections without a word. Package http goes on using one over
// HTTP/2, and others that are as old. Here the requests that come after a
// time-out get new connections, and those that are under way go on.
type Lanes struct {
	n            int
	newTransport func() http.RoundTripper
	farAway      time.Duration // that it takes at least to connect to a host that is
	readRoots    func()

	mu     sync.Mutex
	routes map[string]*route // by host; all that does not go over TLS is the host ""
}

// NewLanes returns a Lanes of up to n transports for each host, one or more,
// that newTransport makes, all alike.
func NewLanes(n int, newTransport func() http.RoundTripper) *Lanes {
	return &Lanes{
		n:            n,
		newTransport: newTransport,
		farAway:      5 * time.Millisecond,
		readRoots:    sync.OnceFunc(readRoots),
		routes:       map[string]*route{},
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
		r := l.route("")
		return r.carry(r.plain(), req)
	}
	r := l.route(origin.Authority(req.URL))
	c, isFirst, err := r.enter(req.Context())
	if err != nil {
		return nil, err
	}
	if isFirst {
		defer r.ended(c)
		var reading sync.WaitGroup
		reading.Go(l.readRoots)
		defer reading.Wait()
		req = req.WithContext(r.watch(req.Context(), c, l.farAway))
	}
	return r.carry(c, req)
}

// CloseIdleConnections closes the connections that no request uses.
func (l *Lanes) CloseIdleConnections() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.routes {
		r.closeIdle()
	}
}

func (l *Lanes) route(host string) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.routes[host]
	if r == nil {
		r = newRoute(l.n, l.newTransport)
		l.routes[host] = r
	}
	return r
}
