package downloader

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// newTransport returns a transport for many small files. Plain HTTP goes the
// short way; for the rest it is package http's, which by default keeps two idle
// connections per host and dials for most requests beyond that, and asks for
// gzip, which makes Content-Length say nothing about the file.
func newTransport(o Options) *transport.Direct {
	proxy := proxyFromEnvironment()
	d := over(o, func() http.RoundTripper {
		t := newHTTP(o)
		t.Proxy = func(req *http.Request) (*url.URL, error) { return proxy(req.URL) }
		return t
	})
	d.Proxy = proxy
	return d
}

// over is newTransport where others makes transports for the rest.
func over(o Options, others func() http.RoundTripper) *transport.Direct {
	return &transport.Direct{
		Dial:          dialer(o),
		HeaderTimeout: o.Timeout,
		BodyTimeout:   o.Timeout,
		Linger:        limit.Linger,
		IdleTimeout:   limit.IdleTimeout,
		Pace:          o.pace(),
		MaxIdle:       o.MaxInFlight,
		Others:        transport.Bound(transport.NewConnections(others), o.Timeout, limit.Linger, o.pace()),
	}
}

// newHTTP returns package http's transport, whose requests are bounded. It
// has a time-out of its own for what goes on when nobody waits any more.
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
