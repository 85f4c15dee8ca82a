package downloader

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"getflags/downloader/internal/origin"
	"getflags/internal/redact"
)

// maxRedirects is how many redirects are followed for one request.
const maxRedirects = 10

// A RedirectError is a redirect that was refused.
type RedirectError struct {
	To     string // the URL without a password; quoted if it is malformed
	Reason string
}

func (e *RedirectError) Error() string { return "redirect to " + e.To + ": " + e.Reason }

// redirects reports whether an answer with this status can say where the file is (RFC
// 9110, section 15.4).
func redirects(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// SameOrigin reports whether two URLs have the same origin: scheme, host (in any case)
// and port (explicit or the scheme's default). See RFC 6454, section 5.
func SameOrigin(a, b *url.URL) bool { return origin.Same(a, b) }

// A journey is a request and the redirects that are followed from it.
type journey struct {
	*request              // the current one
	home         *request // the first
	abroad       bool     // whether it has ever left the first origin
	redirections int
	userAgent    string // sent to every origin
}

// follow makes the request that an answer redirects to the current one, and reports
// whether it redirects at all.
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

// mayNotGo returns why a redirect is refused, or "".
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

// goTo makes the next request. The user's headers may be secrets for the first origin
// (scheme, host and port; RFC 6454): they go to no other, nor back from another.
func (j *journey) goTo(to *url.URL) (err error) {
	j.abroad = j.abroad || !SameOrigin(to, j.home.url)
	switch {
	case !j.abroad && to.User != nil: // who may be another than the first URL's
		header := maps.Clone(j.home.header)
		if j.home.fromURL {
			header.Del("Authorization")
		}
		j.request, err = newRequest(to, j.home.host, header)
		j.request.conditional = j.home.conditional
		return err
	case !j.abroad:
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
