package transport

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// A Direct is a client, and a [http.RoundTripper], for GET over plain HTTP/1.1. It is
// safe for concurrent use. The fields are not changed once it is in use.
type Direct struct {
	// Dial makes the connections, as a [net.Dialer]'s DialContext. One that is
	// to be used again has to be a [syscall.Conn], as all of package net are, or
	// to have a method Quiet() bool, which reports whether all that has come on
	// it was read: before each request it must be known that no answer is there.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Others carries the requests that are not for Direct.
	Others http.RoundTripper
	// Proxy, unless nil, tells of the proxy of requests for a URL. Those that have
	// one are not for Direct.
	Proxy func(*url.URL) (*url.URL, error)
	// HeaderTimeout is how long a request may take to be sent and its answer's
	// header to arrive. Zero is for ever.
	HeaderTimeout time.Duration
	// BodyTimeout is how long nothing may come of an answer's body. Zero is for
	// ever.
	BodyTimeout time.Duration
	// Linger is how long a request that has been sent goes on when its context
	// ends: if it comes to its end by then, its connection can be used again.
	Linger time.Duration
	// IdleTimeout is how long a connection is kept for the next request. Zero
	// is for ever.
	IdleTimeout time.Duration
	// Pace is the slowest that a body may come. Time in which nobody reads it does
	// not count.
	Pace Pace
	// MaxIdle is how many idle connections are kept for each host.
	MaxIdle int

	mu    sync.Mutex
	hosts map[string]*host
}

// An Answer is one that has come whole, if it is plain, or one whose body is to
// be read.
type Answer struct {
	// Head is a plain answer's header as it came, and Body its body. Both lie in
	// Memory, which is the pool's and may be given back to it.
	Head, Body, Memory []byte
	// Response is an answer that is not plain; nil of one that is.
	Response *http.Response

	more int // bytes that came beyond it
}

// A BodyError is an answer that came to its end within its body.
type BodyError struct {
	Came, Length int // bytes
	Err          error
}

func (e *BodyError) Error() string { return e.Err.Error() }
func (e *BodyError) Unwrap() error { return e.Err }

// Get makes a request. A plain answer has come whole into memory of the pool when
// it returns; any other is as RoundTrip returns it. When the context ends, so
// does all of that, after Linger, with its cause as the error. The request has to
// be one that [Direct.Takes] has reported to be one for Direct.
func (d *Direct) Get(ctx context.Context, r *Request, pool *Buffers) (a Answer, err error) {
	err = d.connected(ctx, r, func(c *conn) error {
		a, err = c.get(ctx, r, pool)
		return err
	})
	return a, err
}

// RoundTrip sends a request and returns once the answer's header is there. The
// body has to be closed; a connection is used again if it was read to its end
// before. When the request's context ends, so does all of that, after Linger,
// with its cause as the error.
func (d *Direct) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	ctx := req.Context()
	r := &Request{URL: req.URL, Host: req.Host, Trace: traceOf(ctx)}
	if req.Method != http.MethodGet || req.Body != nil && req.Body != http.NoBody || !d.Takes(r) {
		return d.Others.RoundTrip(req)
	}
	if r.Fields, err = NewFields(req.Header); err != nil {
		return nil, err
	}
	err = d.connected(ctx, r, func(c *conn) error {
		resp, err = c.roundTrip(ctx, r)
		return err
	})
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// connected makes tries at a request until one is not to blame on an idle
// connection: the server gave that up before it had seen the request (RFC 9112,
// section 9.3.1), which tells nothing about it.
func (d *Direct) connected(ctx context.Context, r *Request, try func(*conn) error) error {
	h := d.host(origin.Authority(r.URL))
	for {
		c, err := h.connection(ctx, r.Trace)
		if err != nil {
			return err
		}
		if err = try(c); err == nil || ctx.Err() != nil || !c.wasGivenUp(err) {
			return err
		}
	}
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

func (d *Direct) host(address string) *host {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hosts == nil {
		d.hosts = map[string]*host{}
	}
	h := d.hosts[address]
	if h == nil {
		h = &host{Direct: d, address: address}
		d.hosts[address] = h
	}
	return h
}

// CloseIdleConnections closes the connections that no request uses, those of
// Others too.
func (d *Direct) CloseIdleConnections() {
	d.mu.Lock()
	for _, h := range d.hosts {
		h.dropAll()
	}
	d.mu.Unlock()
	closeIdle(d.Others)
}

// closeIdle does as [http.Client.CloseIdleConnections].
func closeIdle(t http.RoundTripper) {
	if c, ok := t.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// causeOr is why a context ended, or else err.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
