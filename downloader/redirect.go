package downloader

import (
	"net/http"
)

// maxRedirects is how many redirects are followed for one request.
const maxRedirects = 10

// A RedirectError is a redirect that was not followed.
type RedirectError struct {
	To     string // URL without a password
	Reason string
}

func (e *RedirectError) Error() string { return "redirect to " + e.To + ": " + e.Reason }

// redirect decides whether a redirect is followed. The user's headers may be
// secrets meant for the host that was asked, and go to no other; package http
// by itself keeps back only those it knows to be secret.
func (d *Downloader) redirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	refuse := func(reason string) error {
		return &RedirectError{To: req.URL.Redacted(), Reason: reason}
	}
	switch {
	case len(via) > maxRedirects:
		return refuse("more than 10 redirects")
	case req.URL.Scheme != "http" && req.URL.Scheme != "https":
		return refuse("neither http nor https")
	case last.URL.Scheme == "https" && req.URL.Scheme == "http":
		return refuse("from https to http")
	}
	if req.URL.Host != first.URL.Host {
		clear(req.Header)
		req.Header.Set("User-Agent", d.options.UserAgent)
	}
	return nil
}
