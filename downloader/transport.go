package downloader

import (
	"net"
	"net/http"
	"time"

	"getflags/downloader/transport"
)

// newTransport returns a transport for many small files. Plain HTTP goes the
// short way; for the rest it is package http's, which by default keeps two idle
// connections per host and dials for most requests beyond that, and asks for
// gzip, which makes Content-Length say nothing about the file.
func newTransport(o Options) *transport.Direct {
	// Nothing waits for long without a time-out, so no connection needs to be
	// kept alive, which takes four system calls to set up.
	dialer := &net.Dialer{Timeout: o.Timeout, KeepAlive: -1}
	return &transport.Direct{
		Dial:          dialer.DialContext,
		Proxy:         http.ProxyFromEnvironment,
		HeaderTimeout: o.Timeout,
		IdleTimeout:   30 * time.Second,
		MaxIdle:       o.MaxRequests,
		Others: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			DisableCompression:    true,
			MaxIdleConns:          o.MaxRequests,
			MaxIdleConnsPerHost:   o.MaxRequests,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   o.Timeout,
			ResponseHeaderTimeout: o.Timeout,
		},
	}
}
