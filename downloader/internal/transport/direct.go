package transport

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// A Direct is a client for GET over plain HTTP/1.1. It is safe for concurrent use.
// The fields are not changed once it is in use.
type Direct struct {
	Bounds
	// Dial makes the connections, as a [net.Dialer]'s DialContext. One that is
	// to be used again has to be a [syscall.Conn], as all of package net are, or
	// to have a method Quiet() bool, which reports whether all that has come on
	// it was read: before each request it must be known that no answer is there.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy, unless nil, tells of the proxy of requests for a URL. Those that have
	// one are not for Direct.
	Proxy func(*url.URL) (*url.URL, error)
	// IdleTimeout is how long a connection is kept for the next request. Zero
	// is for ever.
	IdleTimeout time.Duration
	// MaxIdle is how many idle connections are kept for each host.
	MaxIdle int

	mu    sync.Mutex
	hosts map[string]*host
}

// Takes reports whether a request is one for Direct, and prepares it.
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

// Get makes a request that [Direct.Takes] has prepared. A plain answer has come
// whole into memory of the pool when it returns. Of any other the header has, and
// the body is to be read, and closed; its connection is used again if the body was
// read to its end before. When the context ends, so does all of that, after
// Linger, with the context's cause as the error.
//
// A request that fails on a connection which the server gave up before it had seen
// the request (RFC 9112, section 9.3.1) is made again on another: such a failure
// tells nothing about the request.
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
