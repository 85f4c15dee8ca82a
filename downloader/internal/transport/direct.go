package transport

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// A Direct is a client for GET over plain HTTP/1.1. It is safe for concurrent use, but its
// fields must not change once it is in use.
type Direct struct {
	Bounds
	// Dial makes the connections, like [net.Dialer.DialContext]. To be used again, a
	// connection must be a [syscall.Conn], as all of package net are, or have a method
	// Quiet() bool that reports whether everything that arrived has been read: before each
	// request, it must be certain that nothing is there that looks like an answer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy, unless nil, returns the proxy of requests for a URL. Direct does not take
	// requests that have one.
	Proxy func(*url.URL) (*url.URL, error)
	// IdleTimeout is how long a connection is kept for the next request; zero means
	// for ever.
	IdleTimeout time.Duration
	// MaxIdle is how many idle connections are kept for each host.
	MaxIdle int

	mu    sync.Mutex
	hosts map[string]*host
}

// Takes reports whether Direct can make a request, and prepares it for Get.
func (d *Direct) Takes(r *Request) bool {
	if r.URL.Scheme != "http" || !r.aim() {
		return false
	}
	if d.Proxy == nil {
		return true
	}
	proxy, err := d.Proxy(r.URL)
	return err == nil && proxy == nil
}

// Get makes a request that [Direct.Takes] has prepared. When it returns, a plain answer
// is whole in memory of the pool. Of any other answer, only the header has been read: the
// caller must read the body and close it, and the connection is used again if the body
// was read to its end. When the context ends, so does all of this, after Linger, with the
// context's cause as the error.
//
// If the request fails because the server had given up an idle connection before it saw
// the request (RFC 9112, section 9.3.1), Get makes it again on another connection: the
// failure says nothing about the request.
func (d *Direct) Get(ctx context.Context, r *Request, pool *Buffers) (Answer, error) {
	h := d.host(origin.Authority(r.URL))
	for {
		c, err := h.connection(ctx, r.Trace)
		if err != nil {
			return Answer{}, err
		}
		a, err := c.get(ctx, r, pool)
		if err == nil || ctx.Err() != nil || !c.wasGivenUp(err) {
			return a, err
		}
	}
}

func (d *Direct) host(address string) *host {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hosts == nil {
		d.hosts = map[string]*host{}
	}
	h := d.hosts[address]
	if h == nil {
		h = &host{address: address, dial: d.Dial, bounds: &d.Bounds, most: d.MaxIdle, timeout: d.IdleTimeout}
		d.hosts[address] = h
	}
	return h
}

// CloseIdleConnections closes the connections that no request uses.
func (d *Direct) CloseIdleConnections() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range d.hosts {
		h.dropAll()
	}
}
