package downloader

import (
	"net"
	"net/http"
	"time"

	"getflags/downloader/transport"
)

// lanes is how many connections over HTTP/2 there are at most to a host that is
// far away. One carries a few requests as well as several.
func lanes(requests int) int { return max(1, min(requests/4, 4)) }

// newTransport returns a transport for many small files. Plain HTTP goes the
// short way; for the rest it is package http's, which by default keeps two idle
// connections per host and dials for most requests beyond that, and asks for
// gzip, which makes Content-Length say nothing about the file.
func newTransport(o Options) *transport.Direct {
	// Nothing waits for long without a time-out, so no connection needs to be
	// kept alive, which takes four system calls to set up.
	dialer := &net.Dialer{Timeout: o.Timeout, KeepAlive: -1}
	others := make([]http.RoundTripper, lanes(o.MaxRequests))
	for i := range others {
		others[i] = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			DisableCompression:    true,
			MaxIdleConns:          o.MaxRequests,
			MaxIdleConnsPerHost:   o.MaxRequests,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   o.Timeout,
			ResponseHeaderTimeout: o.Timeout,
		}
	}
	return &transport.Direct{
		Dial:          dialer.DialContext,
		Proxy:         http.ProxyFromEnvironment,
		HeaderTimeout: o.Timeout,
		BodyTimeout:   o.Timeout,
		Linger:        linger,
		IdleTimeout:   30 * time.Second,
		MaxIdle:       o.MaxRequests,
		Others:        bound(transport.NewLanes(others...), o.Timeout),
	}
}
