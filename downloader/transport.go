package downloader

import (
	"net"
	"net/http"
	"time"
)

// newTransport returns a transport for many small files: the default one
// keeps two idle connections per host and dials for most requests beyond
// that, and asks for gzip, which makes Content-Length say nothing about the
// file.
func newTransport(o Options) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
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
