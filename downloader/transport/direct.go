package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// A Direct is a [http.RoundTripper] for GET and HEAD over plain HTTP/1.1. It is
// safe for concurrent use. The fields are not changed once it is in use.
type Direct struct {
	// Dial makes the connections, as a [net.Dialer]'s DialContext. One that is
	// to be used again has to be a [syscall.Conn], as all of package net are, or
	// to have a method Quiet() bool, which reports whether all that has come on
	// it was read: before each request it must be known that no answer is there.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Others carries the requests that are not for Direct.
	Others http.RoundTripper
	// Proxy, unless nil, tells of a request's proxy, as in [http.Transport].
	// Requests that have one are not for Direct.
	Proxy func(*http.Request) (*url.URL, error)
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
	// MaxIdle is how many idle connections are kept for each host.
	MaxIdle int

	mu    sync.Mutex
	hosts map[string]*host
}

// RoundTrip sends a request and returns once the answer's header is there. The
// body has to be closed; a connection is used again if it was read to its end
// before. When the request's context ends, so does all of that, after Linger,
// with its cause as the error.
func (d *Direct) RoundTrip(req *http.Request) (*http.Response, error) {
	if !d.takes(req) {
		return d.Others.RoundTrip(req)
	}
	h := d.host(authority(req.URL))
	for {
		c, err := h.connection(req.Context())
		if err != nil {
			return nil, err
		}
		resp, err := c.roundTrip(req)
		if err == nil {
			return resp, nil
		}
		if req.Context().Err() != nil || !c.wasGivenUp(err) {
			return nil, err
		}
		// The server gave up the idle connection before it had seen the
		// request (RFC 9112, section 9.3.1): that tells nothing about it.
	}
}

// takes reports whether a request is one for Direct.
func (d *Direct) takes(req *http.Request) bool {
	if req.URL.Scheme != "http" || req.Method != http.MethodGet && req.Method != http.MethodHead ||
		req.Body != nil && req.Body != http.NoBody || !isASCII(req.URL.Host) {
		return false
	}
	if d.Proxy == nil {
		return true
	}
	proxy, err := d.Proxy(req)
	return err == nil && proxy == nil
}

// isASCII reports whether a host needs no conversion (RFC 3492).
func isASCII(s string) bool {
	for _, b := range []byte(s) {
		if b >= 0x80 {
			return false
		}
	}
	return s != ""
}

func (d *Direct) host(address string) *host {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hosts == nil {
		d.hosts = map[string]*host{}
	}
	h := d.hosts[address]
	if h == nil {
		h = &host{Direct: d, address: address, idle: make(chan *conn, d.MaxIdle)}
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

// roundTrip is one try at a request on one connection.
func (c *conn) roundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	b := &body{conn: c, ctx: ctx}
	b.stop = context.AfterFunc(ctx, b.callOff)
	resp, err := c.exchange(req)
	if err != nil {
		b.end(false)
		err = causeOr(ctx, err)
		c.host.doubt(err)
		return nil, err
	}
	b.ReadCloser = resp.Body
	b.last = resp.Close || resp.StatusCode == http.StatusSwitchingProtocols || c.look == nil
	if resp.Body == http.NoBody {
		// Of HEAD, 204 and 304 none comes, whatever a server thinks.
		if resp.StatusCode == http.StatusOK && req.Method == http.MethodGet && c.hasMore() {
			b.end(false)
			return nil, errMore
		}
		b.end(true)
		return resp, nil
	}
	resp.Body = b
	return resp, nil
}

// causeOr is why a context ended, or else err.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// wasGivenUp reports whether err came from a connection that the server had
// given up while nobody used it.
func (c *conn) wasGivenUp(err error) bool {
	var timeout net.Error
	return c.used() && !c.answered && !(errors.As(err, &timeout) && timeout.Timeout())
}
