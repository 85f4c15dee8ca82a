package downloader

import (
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
	host := ""
	if fixed := d.header.Get("Host"); fixed != "" {
		host = fixed
	}
	if fixed := own.Get("Host"); fixed != "" {
		host = fixed
	}
	r := &request{url: to, host: host, header: d.header, fields: d.fields, conditional: isConditional(own)}
	if len(own) == 0 && to.User == nil {
		return r, d.unfit
	}
	r.header = maps.Clone(d.header)
	maps.Copy(r.header, own)
	if u := to.User; u != nil && r.header.Get("Authorization") == "" {
		password, _ := u.Password()
		(&http.Request{Header: r.header}).SetBasicAuth(u.Username(), password)
	}
	var err error
	r.fields, err = transport.NewFields(r.header)
	return r, err
}

// http is the request as package http has it. A header Host is not in the way.
func (r *request) http(ctx context.Context) *http.Request {
	return (&http.Request{
		Method: http.MethodGet, URL: r.url, Host: r.host, Header: r.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
}
