package downloader

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"

	"getflags/downloader/internal/transport"
)

// request is a GET request with all that it is sent with.
type request struct {
	url    *url.URL
	host   string // in place of the URL's; "" for that
	header http.Header
	fields *transport.Fields // the header as it is sent over HTTP/1.1
	// conditional says that it was told to set a condition, so that 304 answers it.
	conditional bool
}

// dress makes a request with the headers that every request has, and its own.
func (d *Downloader) dress(to *url.URL, own http.Header) (*request, error) {
	host := cmp.Or(own.Get("Host"), d.header.Get("Host"))
	if len(own) == 0 && to.User == nil {
		return &request{url: to, host: host, header: d.header, fields: d.fields}, d.unfit
	}
	header := maps.Clone(d.header)
	maps.Copy(header, own)
	r, err := newRequest(to, host, header)
	r.conditional = isConditional(own)
	return r, err
}

// newRequest makes a request with a header, to which the user in its URL is added.
func newRequest(to *url.URL, host string, header http.Header) (r *request, err error) {
	if u := to.User; u != nil && header.Get("Authorization") == "" {
		password, _ := u.Password()
		(&http.Request{Header: header}).SetBasicAuth(u.Username(), password)
	}
	r = &request{url: to, host: host, header: header}
	r.fields, err = transport.NewFields(header)
	return r, err
}

// http is the request as package http has it. A header Host is not in the way.
func (r *request) http(ctx context.Context) *http.Request {
	return (&http.Request{
		Method: http.MethodGet, URL: r.url, Host: r.host, Header: r.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
}
