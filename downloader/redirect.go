package downloader

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"getflags/downloader/internal/origin"
	"getflags/internal/redact"
)

// maxRedirects is how many redirects are followed for one request.
const maxRedirects = 10

// A RedirectError is a redirect that was not followed.
type RedirectError struct {
	To     string // URL without a password; quoted, if it is none that could be asked
	Reason string
}

func (e *RedirectError) Error() string { return "redirect to " + e.To + ": " + e.Reason }

// redirects reports whether package http follows an answer with this status.
func redirects(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// send sends a request and, where its answer is a redirect, those that follow.
// These are package http's; a request that has none is spared the copies that
// it makes of each in case it has.
func (d *Downloader) send(req *http.Request) (*http.Response, error) {
	resp, err := d.carrier.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	return d.follow(resp, req)
}

// follow returns an answer, or that to the last of the requests that follow if it
// is a redirect.
func (d *Downloader) follow(resp *http.Response, req *http.Request) (*http.Response, error) {
	resp, err := located(resp, nil)
	if err != nil || !redirects(resp.StatusCode) {
		return resp, err
	}
	return d.client(&resumed{RoundTripper: d.carrier, first: resp}).Do(req)
}

func (d *Downloader) client(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: d.redirect}
}

// resumed carries requests of which the first has its answer.
type resumed struct {
	http.RoundTripper
	first *http.Response
}

func (r *resumed) RoundTrip(req *http.Request) (*http.Response, error) {
	if resp := r.first; resp != nil {
		r.first = nil
		return resp, nil
	}
	return located(r.RoundTripper.RoundTrip(req))
}

// located refuses an answer that redirects to what is no URL: package http
// does so too, but quotes it with the password that may be in it.
func located(resp *http.Response, err error) (*http.Response, error) {
	if err != nil || !redirects(resp.StatusCode) {
		return resp, err
	}
	to := resp.Header.Get("Location")
	if _, err := url.Parse(to); err != nil {
		resp.Body.Close()
		return nil, &RedirectError{To: strconv.Quote(redact.Typed(to)), Reason: redact.Cause(to, err).Error()}
	}
	return resp, nil
}

// SameOrigin reports whether two URLs have the same scheme, host in any case, and
// port, with or without the scheme's default being told (RFC 6454, section 5).
func SameOrigin(a, b *url.URL) bool { return origin.Same(a, b) }

// redirect decides whether a redirect is followed. The user's headers may be
// secrets meant for the origin that was asked (scheme, host and port; RFC 6454),
// and go to no other, and not back from there; package http by itself keeps back
// only those it knows to be secret.
func (d *Downloader) redirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	refuse := func(reason string) error {
		return &RedirectError{To: redact.URL(req.URL.String()), Reason: reason}
	}
	switch {
	case len(via) > maxRedirects:
		return refuse("more than 10 redirects")
	case req.URL.Scheme != "http" && req.URL.Scheme != "https":
		return refuse("neither http nor https")
	case last.URL.Scheme == "https" && req.URL.Scheme == "http":
		return refuse("from https to http")
	}
	leaves := func(r *http.Request) bool { return !SameOrigin(r.URL, first.URL) }
	if leaves(req) || slices.ContainsFunc(via, leaves) {
		clear(req.Header)
		req.Header.Set("User-Agent", d.options.UserAgent)
		req.Header.Set("Accept-Encoding", "identity")
		return nil
	}
	// Package http takes host names that are spelled in another way for others.
	for name, values := range first.Header {
		req.Header[name] = values
	}
	if first.Host != first.URL.Host { // the user's, which stands for the origin
		req.Host = first.Host
	}
	return nil
}
