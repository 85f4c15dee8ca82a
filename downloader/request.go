package downloader

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"getflags/downloader/internal/transport"
)

// A request is a GET request, ready to be sent.
type request struct {
	url    *url.URL
	host   string // sent instead of the URL's, unless empty
	header http.Header
	fields *transport.Fields // the header as it is sent over HTTP/1.1
	// conditional is whether the caller set a condition, so that 304 is an answer.
	conditional bool
	// fromURL is whether the field Authorization is from the user in the URL.
	fromURL bool
}

// An outfit is the header that requests have unless they bring fields of their own.
type outfit struct {
	header http.Header
	fields *transport.Fields // the same as it is sent
	unfit  error             // why it cannot be sent
}

// newOutfit makes an outfit of the user's fields. Files are asked for without a coding:
// a request without Accept-Encoding accepts any (RFC 9110, section 12.5.3).
func newOutfit(userAgent string, fixed http.Header) outfit {
	h := http.Header{"User-Agent": {userAgent}, "Accept-Encoding": {"identity"}}
	maps.Copy(h, fixed)
	fields, err := transport.NewFields(h)
	return outfit{header: h, fields: fields, unfit: err}
}

// dress makes a request with this header and the request's own fields.
func (o *outfit) dress(to *url.URL, own http.Header) (*request, error) {
	host := cmp.Or(own.Get("Host"), o.header.Get("Host"))
	if len(own) == 0 && to.User == nil {
		return &request{url: to, host: host, header: o.header, fields: o.fields}, o.unfit
	}
	header := maps.Clone(o.header)
	maps.Copy(header, own)
	r, err := newRequest(to, host, header)
	r.conditional = isConditional(own)
	return r, err
}

// newRequest makes a request with a header. The user in the URL, if any, is added to it.
func newRequest(to *url.URL, host string, header http.Header) (r *request, err error) {
	r = &request{url: to, host: host, header: header}
	if u := to.User; u != nil && header.Get("Authorization") == "" {
		password, _ := u.Password()
		(&http.Request{Header: header}).SetBasicAuth(u.Username(), password)
		r.fromURL = true
	}
	r.fields, err = transport.NewFields(header)
	return r, err
}

// http returns the request for package http, which ignores a field Host.
func (r *request) http(ctx context.Context) *http.Request {
	return (&http.Request{
		Method: http.MethodGet, URL: r.url, Host: r.host, Header: r.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
}

// isConditional reports whether a header makes 304 an answer.
func isConditional(h http.Header) bool {
	return h.Get("If-None-Match") != "" || h.Get("If-Modified-Since") != ""
}

// CheckField returns an error if a field, named in any case, must not be in
// [Options].Header. Some fields change what an answer means: conditions, ranges and
// deltas, which lead to 304, 412, 206 and 226 (RFC 9110, sections 13 and 14; RFC 3229,
// section 10; WebDAV's If, RFC 4918, section 10.4). Others say how a message is sent,
// which only the sender can know (RFC 9110, sections 6.4, 7.6 and 12.5.3; RFC 9112,
// section 6). Fields that ask for another form of a file, such as Accept-Language, or
// for more about it, such as Want-Repr-Digest, are allowed, as the file is still whole;
// so is Prefer (RFC 7240), as an answer of 202 is an error anyway.
func CheckField(name string) error {
	partial := []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "If", "Range", "A-IM"}
	framing := []string{"Content-Length", "Transfer-Encoding", "TE", "Trailer", "Connection", "Keep-Alive", "Proxy-Connection",
		"Upgrade", "HTTP2-Settings", "Expect", "Accept-Encoding"}
	is := func(field string) bool { return strings.EqualFold(field, name) }
	if i := slices.IndexFunc(partial, is); i >= 0 {
		return fmt.Errorf("%s asks for less than the whole file", partial[i])
	}
	if i := slices.IndexFunc(framing, is); i >= 0 {
		return fmt.Errorf("%s tells how messages are sent, which is not for a header of your own to say", framing[i])
	}
	return nil
}
