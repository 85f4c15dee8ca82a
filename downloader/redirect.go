package downloader

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
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

// redirects reports whether an answer with this status says where the file is
// (RFC 9110, section 15.4).
func redirects(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// SameOrigin reports whether two URLs have the same scheme, host in any case, and
// port, with or without the scheme's default being told (RFC 6454, section 5).
func SameOrigin(a, b *url.URL) bool { return origin.Same(a, b) }

// A journey is a request and those that follow it where answers are redirects.
type journey struct {
	*request     // the present one
	home         *request
	abroad       bool // whether it has left the origin that was asked first
	redirections int
	userAgent    string // which is told everywhere
}

// follow turns to where an answer leads, and reports whether there is such a place.
func (j *journey) follow(resp *http.Response) (bool, error) {
	place := resp.Header.Get("Location")
	if !redirects(resp.StatusCode) || place == "" {
		return false, nil
	}
	io.CopyN(io.Discard, resp.Body, 2<<10) // so that the connection can be used again
	resp.Body.Close()
	to, err := j.url.Parse(place)
	if err != nil {
		return false, &RedirectError{To: strconv.Quote(redact.Typed(place)), Reason: redact.Cause(place, err).Error()}
	}
	j.redirections++
	if reason := j.mayNotGo(to); reason != "" {
		return false, &RedirectError{To: redact.URL(to.String()), Reason: reason}
	}
	return true, j.goTo(to)
}

// mayNotGo is why a redirect is not followed, or "".
func (j *journey) mayNotGo(to *url.URL) string {
	switch {
	case j.redirections > maxRedirects:
		return fmt.Sprintf("more than %d redirects", maxRedirects)
	case to.Scheme != "http" && to.Scheme != "https":
		return "neither http nor https"
	case j.url.Scheme == "https" && to.Scheme == "http":
		return "from https to http"
	case to.Host == "":
		return "has no host"
	}
	return ""
}

// goTo makes the next request. The user's headers may be secrets meant for the
// origin that was asked (scheme, host and port; RFC 6454), and go to no other, and
// not back from there.
func (j *journey) goTo(to *url.URL) (err error) {
	j.abroad = j.abroad || !SameOrigin(to, j.home.url)
	if !j.abroad {
		next := *j.home
		next.url = to
		j.request = &next
		return nil
	}
	j.request, err = newRequest(to, "", http.Header{
		"User-Agent": {j.userAgent}, "Accept-Encoding": {"identity"},
	})
	return err
}
