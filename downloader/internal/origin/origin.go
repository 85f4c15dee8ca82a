// Package origin tells where the requests for a URL go.
package origin

import (
	"net"
	"net/url"
	"strings"
)

// Of is where a URL's requests go: "http://example.com:80". The scheme and
// the host are in lower case, and the port is there also where it is the scheme's
// default, so that equal origins are equal text (RFC 6454, sections 4 and 5; RFC
// 9110, section 4.2.3). A host beyond ASCII stays as it is written.
func Of(u *url.URL) string { return strings.ToLower(u.Scheme) + "://" + Authority(u) }

// Same reports whether two URLs have the same origin.
func Same(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && Authority(a) == Authority(b)
}

// Authority is an origin without its scheme, as it is dialled. Most URLs with a
// port have it as it is, and it takes no memory.
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
