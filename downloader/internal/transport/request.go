package transport

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Request is a GET request.
type Request struct {
	URL *url.URL // with scheme http
	// Host, unless empty, is sent in place of the URL's.
	Host   string
	Fields *Fields
	// MaxBody, unless 0, is the most bytes that a plain answer's body may have; a longer
	// one is not read, but returned as if it were not plain.
	MaxBody int64
	// Trace, unless nil, follows the steps of the request.
	Trace Trace

	target string // what is asked for (RFC 9112, section 3.2.1)
}

// Fields are header fields in the form in which they are sent. They are prepared once
// and can be used by many requests at once.
type Fields struct{ text []byte }

// NewFields prepares a header. It leaves out a field Host, which the request has. The
// error names a field that cannot be sent (RFC 9110, section 5).
func NewFields(h http.Header) (*Fields, error) {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if http.CanonicalHeaderKey(name) == "Host" {
			continue
		}
		for _, value := range h[name] {
			if !isToken([]byte(name)) || !isFieldValue([]byte(value)) {
				return nil, fmt.Errorf("header field %.40q: %.40q cannot be sent; want a name of letters, digits and hyphens, and a value without control characters", name, value)
			}
			text = append(text, name+": "+value+"\r\n"...)
		}
	}
	return &Fields{text: append(text, "\r\n"...)}, nil
}

// appendTo appends the request in the form in which it is sent (RFC 9112, sections 2.1
// and 3).
func (r *Request) appendTo(b []byte) []byte {
	host := r.Host
	if host == "" {
		host = withoutZone(r.URL.Host)
	}
	b = append(b, "GET "...)
	b = append(b, r.target...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	b = append(b, "\r\n"...)
	return append(b, r.Fields.text...)
}

// withoutZone returns the host of a URL without the zone of an IPv6 address, which means
// nothing to the server (RFC 6874, section 4).
func withoutZone(host string) string {
	address, rest, ok := strings.Cut(host, "%")
	if _, port, closed := strings.Cut(rest, "]"); ok && closed {
		return address + "]" + port
	}
	return host
}

// aim sets the target of the request and reports whether it can be sent: nothing in it may
// end the request line, or a part of it.
func (r *Request) aim() bool {
	r.target = r.URL.EscapedPath()
	if r.target == "" || r.URL.RawQuery != "" || r.URL.ForceQuery || r.URL.Opaque != "" {
		r.target = r.URL.RequestURI()
	}
	return isVisible(r.target) && isVisible(r.URL.Host)
}

// isVisible reports whether s is ASCII without spaces and control characters, and
// not empty.
func isVisible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != ""
}

// isToken reports whether b can be the name of a field (RFC 9110, section 5.6.2).
func isToken(b []byte) bool {
	for _, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
		case c == '!', '#' <= c && c <= '\'', c == '*', c == '+', c == '.', '^' <= c && c <= '`', c == '|', c == '~':
		default:
			return false
		}
	}
	return len(b) > 0
}

// isFieldValue reports whether b can be the value of a field (RFC 9110, section 5.5): it
// has no control characters except tabs.
func isFieldValue(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
