// Package origin compares where the requests for URLs go.
package origin

import (
	"net"
	"net/url"
	"strings"
)

// Of returns a URL's origin, such as "http://example.com:80". Scheme and host are in
// lower case, and the port is always there, so that equal origins are equal text (RFC
// 6454, sections 4 and 5; RFC 9110, section 4.2.3). A host beyond ASCII stays as it is.
func Of(u *url.URL) string { return strings.ToLower(u.Scheme) + "://" + Authority(u) }

// Same reports whether two URLs have the same origin.
func Same(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && Authority(a) == Authority(b)
}

// Authority returns an origin without its scheme, as it is dialled. For most URLs with a
// port it allocates nothing.
func Authority(u *url.URL) string {
	port := u.Port()
	if port != "" && port[0] != '0' && !hasUpper(u.Host) {
		return u.Host
	}
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	if port = strings.TrimLeft(port, "0"); port == "" {
		port = "0"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func defaultPort(scheme string) string {
	if strings.EqualFold(scheme, "https") {
		return "443"
	}
	return "80"
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return false
}
