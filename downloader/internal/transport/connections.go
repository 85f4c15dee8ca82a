package transport

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// Connections is a [http.RoundTripper] that sends requests over TLS through one
// or a few others, such as [http.Transport], for each host. It is safe for
// concurrent use.
//
// Whether a host speaks HTTP/2, where one connection carries all requests, is
// known only when there is one. Package http makes one for each request that
// comes before: m handshakes, of which one is used. Here the first request to a
// host makes a connection, and the others wait until it is there, or has failed.
//
// A connection begins slowly (RFC 5681, section 3.1), and to a host that is far
// away the one that all requests share is slower than those of HTTP/1.1 together.
// So as soon as a host is known to be far, some of those that wait make further
// connections, each by a transport of its own. While they do, a connection takes
// no more than its share of the requests; later the least busy one takes the next.
//
// A time-out on a connection may mean that it is dead, though nobody said so: a
// NAT forgets connections without a word. Package http goes on using one over
// HTTP/2, and others that are as old. Here the requests that come after a
// time-out get new connections, and those that are under way go on.
type Connections struct {
	newTransport func() http.RoundTripper
	readRoots    func()

	mu      sync.Mutex
	hosts   map[string]*hostConnections // by authority; all that does not go over TLS is ""
	reading sync.WaitGroup
}

// NewConnections returns Connections by transports that newTransport makes, all
// alike.
func NewConnections(newTransport func() http.RoundTripper) *Connections {
	return &Connections{
		newTransport: newTransport,
		readRoots:    sync.OnceFunc(readRoots),
		hosts:        map[string]*hostConnections{},
	}
}

// readRoots has package x509 read the system's certificates, which it otherwise
// does only when the first of a server is to be verified. That takes tens of
// milliseconds, which a connection that is being made leaves unused.
func readRoots() {
	x509.SystemCertPool() // an error comes again when it matters
}

// RoundTrip sends a request and returns its answer, as the transport that it is
// sent through does. A context that ends while the request waits for others to
// connect has its cause returned.
func (cs *Connections) RoundTrip(req *http.Request) (*http.Response, error) {
	h := cs.to(req.URL)
	for {
		c, ctx, err := h.enter(req.Context())
		if err != nil {
			return nil, err
		}
		sent := time.Now()
		resp, err := c.RoundTrip(req.WithContext(ctx))
		if err == nil {
			resp.Body = &carried{ReadCloser: resp.Body, ctx: ctx, host: h, by: c, heard: time.Now()}
			return resp, nil
		}
		if elsewhere := h.ended(c, sent, causeOr(ctx, err)); !elsewhere || req.Context().Err() != nil {
			return nil, err
		}
	}
}

// CloseIdleConnections closes the connections that no request uses.
func (cs *Connections) CloseIdleConnections() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, h := range cs.hosts {
		h.closeIdle()
	}
	cs.reading.Wait()
}

// to returns the connections to a URL's host.
func (cs *Connections) to(u *url.URL) *hostConnections {
	name, secure := "", u.Scheme == "https"
	if secure {
		name = origin.Authority(u)
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	h := cs.hosts[name]
	if h == nil {
		h = &hostConnections{newTransport: cs.newTransport, single: !secure, changed: make(chan struct{})}
		cs.hosts[name] = h
		if secure {
			cs.reading.Go(cs.readRoots)
		}
	}
	return h
}
