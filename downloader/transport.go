package downloader

import (
	"context"
	"math"
	"net"
	"net/http"
	"net/url"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// newDirect returns the client for plain HTTP.
func newDirect(o Options, proxy func(*url.URL) (*url.URL, error)) *transport.Direct {
	return &transport.Direct{
		Bounds:      bounds(o),
		Dial:        dialer(o),
		Proxy:       proxy,
		IdleTimeout: limit.IdleTimeout,
		MaxIdle:     o.MaxInFlight,
	}
}

// bounds returns the limits of each request.
func bounds(o Options) transport.Bounds {
	return transport.Bounds{
		DialTimeout:   o.Timeout, // for a Dial of the caller's, too
		HeaderTimeout: o.Timeout,
		BodyTimeout:   o.Timeout,
		Linger:        limit.Linger,
		Pace:          transport.Pace{Limit: o.SpeedLimit, Over: o.SpeedTime},
	}
}

// newOthers returns a transport for everything else, made of package http's.
func newOthers(o Options, proxy func(*url.URL) (*url.URL, error)) http.RoundTripper {
	return transport.NewConnections(func() http.RoundTripper {
		t := newHTTP(o)
		t.Proxy = func(req *http.Request) (*url.URL, error) { return proxy(req.URL) }
		return t
	})
}

// newHTTP returns package http's transport, set up for many small files: by default it
// keeps only two idle connections per host and dials for most other requests, and it
// asks for gzip, which makes Content-Length useless. Requests have their own time-outs;
// this one is for handshakes that no request waits for any more.
func newHTTP(o Options) *http.Transport {
	return &http.Transport{
		DialContext:         dialer(o),
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConns:        o.MaxInFlight,
		MaxIdleConnsPerHost: o.MaxInFlight,
		IdleConnTimeout:     limit.IdleTimeout,
		TLSHandshakeTimeout: 2 * min(o.Timeout, math.MaxInt64/2),
	}
}

// dialer returns the function that makes connections. By default they have no TCP
// keep-alive: nothing waits for long without a time-out, and setting it up takes four
// system calls.
func dialer(o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	if o.Dial != nil {
		return o.Dial
	}
	return (&net.Dialer{Timeout: o.Timeout, KeepAlive: -1}).DialContext
}
