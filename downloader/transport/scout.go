package transport

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync"
)

// Whether a host speaks HTTP/2, where one connection carries all requests, is
// known only when the first is made. Package http makes one for each request
// that comes before: m handshakes, of which one is used. So the first request
// to a host over TLS goes ahead, and the others follow once it is connected,
// or has failed.

// A scout is the first request to a host.
type scout struct {
	once sync.Once
	back chan struct{} // closed when it is known what the host speaks
}

// known lets the others follow.
func (s *scout) known() { s.once.Do(func() { close(s.back) }) }

// viaOthers carries a request that is not for Direct.
func (d *Direct) viaOthers(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" {
		return d.Others.RoundTrip(req)
	}
	s, isFirst := d.scout(req.URL.Host)
	if isFirst {
		defer s.known()
		return d.Others.RoundTrip(req.WithContext(s.watch(req.Context())))
	}
	select {
	case <-s.back:
		return d.Others.RoundTrip(req)
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
}

// scout returns a host's, and whether the caller is it.
func (d *Direct) scout(host string) (s *scout, isFirst bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.scouts[host]; s != nil {
		return s, false
	}
	if d.scouts == nil {
		d.scouts = map[string]*scout{}
	}
	s = &scout{back: make(chan struct{})}
	d.scouts[host] = s
	return s, true
}

// watch returns a context in which package http tells when it is connected.
func (s *scout) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { s.known() },
	})
}
