package transport

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// Connections is an [http.RoundTripper] that sends requests over TLS through one or a few
// transports, such as [http.Transport], for each host. It is safe for concurrent use.
//
// Over HTTP/2 one connection carries all requests, but only a connection shows whether
// the host speaks it. Until then package http makes one for each request: m handshakes,
// of which one is used. Here the first request to a host makes a connection, and the
// others wait until it is there, or has failed.
//
// A connection starts slowly (RFC 5681, section 3.1), and to a distant host, one that all
// requests share is slower than the many of HTTP/1.1. So as soon as a host is known to
// be far away, some of the waiting requests make further connections, each with a
// transport of its own. Meanwhile, a connection takes no more than its share of the
// requests; later, the least busy one takes the next.
//
// A time-out may mean that a connection is dead: a NAT forgets connections silently.
// Package http goes on using such a connection over HTTP/2, and others of the same age.
// Here, requests after a time-out get new connections, and those under way go on.
type Connections struct {
	newTransport func() http.RoundTripper
	readRoots    func()

	mu      sync.Mutex
	hosts   map[string]*hostConnections // by authority; all that does not go over TLS is ""
	reading sync.WaitGroup
}

// NewConnections returns Connections that use transports made by newTransport, which must
// all be alike.
func NewConnections(newTransport func() http.RoundTripper) *Connections {
	return &Connections{
		newTransport: newTransport,
		readRoots:    sync.OnceFunc(readRoots),
		hosts:        map[string]*hostConnections{},
	}
}

// readRoots makes package x509 read the system's certificates, which takes tens of
// milliseconds. Otherwise it does so only when it verifies the first server; this way it
// happens while the connection is being made.
func readRoots() {
	x509.SystemCertPool() // an error comes again when it matters
}

// RoundTrip sends a request and returns its answer, as [http.RoundTripper] says. If the
// context ends while the request waits for a connection, the error is the context's
// cause.
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
