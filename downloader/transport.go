package downloader

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// newDirect returns the short way for plain HTTP.
func newDirect(o Options, proxy func(*url.URL) (*url.URL, error)) *transport.Direct {
	return &transport.Direct{
		Bounds:      bounds(o),
		Dial:        dialer(o),
		Proxy:       proxy,
		IdleTimeout: limit.IdleTimeout,
		MaxIdle:     o.MaxInFlight,
	}
}

// bounds are what each request may take.
func bounds(o Options) transport.Bounds {
	return transport.Bounds{
		HeaderTimeout: o.Timeout,
		BodyTimeout:   o.Timeout,
		Linger:        limit.Linger,
		Pace:          transport.Pace{Limit: o.SpeedLimit, Over: o.SpeedTime},
	}
}

// newOthers returns the way for the rest, which is package http's.
func newOthers(o Options, proxy func(*url.URL) (*url.URL, error)) http.RoundTripper {
	return transport.NewConnections(func() http.RoundTripper {
		t := newHTTP(o)
		t.Proxy = func(req *http.Request) (*url.URL, error) { return proxy(req.URL) }
		return t
	})
}

// newHTTP returns a transport of package http for many small files: by default it
// keeps two idle connections per host and dials for most requests beyond that, and
// asks for gzip, so that Content-Length says nothing about the file. Its requests
// are bounded; the time-out is for handshakes for which nobody waits any more.
func newHTTP(o Options) *http.Transport {
	return &http.Transport{
		DialContext:         dialer(o),
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConns:        o.MaxInFlight,
		MaxIdleConnsPerHost: o.MaxInFlight,
		IdleConnTimeout:     limit.IdleTimeout,
		TLSHandshakeTimeout: 2 * o.Timeout,
	}
}

// dialer returns what makes connections. By default they are not kept alive:
// nothing waits for long without a time-out, and it takes four system calls to
// set up.
func dialer(o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	if o.Dial != nil {
		return o.Dial
	}
	return (&net.Dialer{Timeout: o.Timeout, KeepAlive: -1}).DialContext
}
