// Package redact keeps passwords out of what is printed, recorded or drawn.
//
// Every URL that leaves the programs goes through one of its functions: [URL]
// where the URL was accepted, [Typed] where it is refused, and [Text] where it
// may stand somewhere in a message. A password is what RFC 3986, section
// 3.2.1, says applications should not show: all behind the first colon of the
// user information.
package redact

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// mask stands for a password, as it does in [net/url.URL.Redacted].
const mask = "xxxxx"

// URL is an absolute URL, or a template of one, without its password. One that
// has none stays as it is, byte for byte. What is no such URL is taken for
// [Typed].
func URL(raw string) string {
	start := authorityAt(raw)
	if start == 0 {
		return Typed(raw)
	}
	authority := authorityOf(raw[start:])
	switch {
	case strings.Contains(authority, "@"):
		return raw[:start] + masked(authority) + raw[start+len(authority):]
	case hasPort(authority):
		return raw
	}
	return Typed(raw) // the port may be a password with a slash in it
}

// Typed is what somebody typed for a URL, and what is refused as one, without
// a password. As nobody knows where a wrong URL's password ends, everything
// goes from the first colon, or that behind a scheme known, to the last @.
func Typed(raw string) string {
	start := authorityAt(raw)
	switch strings.ToLower(raw[:start]) {
	case "http://", "https://", "socks5://", "socks5h://":
		return raw[:start] + masked(raw[start:])
	}
	return masked(raw) // the scheme may be a user's name
}

// Text is a message without the passwords of the URLs in it. What stands in
// double quotes, as the verb %q writes it, is taken for [Typed].
func Text(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	var b strings.Builder
	for s != "" {
		word, rest := next(s)
		b.WriteString(word)
		s = rest
	}
	return b.String()
}

// Cause is why raw is no URL, from the error of [net/url.Parse]: without the
// URL, and without the parts of it that such errors quote if one of them may
// be of a password.
func Cause(raw string, err error) error {
	if strings.Contains(raw, "@") {
		return errors.New("is no valid URL")
	}
	var parse *url.Error
	if errors.As(err, &parse) {
		return parse.Err
	}
	return err
}

// next is the redacted beginning of a message, and the rest of it.
func next(s string) (redacted, rest string) {
	if quoted, err := strconv.QuotedPrefix(s); err == nil && s[0] == '"' {
		return requoted(quoted), s[len(quoted):]
	}
	if authorityAt(s) == 0 {
		n := wordEnd(s)
		return s[:n], s[n:]
	}
	word := s[:strings.IndexFunc(s+" ", endsURL)]
	word = strings.TrimRight(word, ".,;:)")
	if last := strings.LastIndex(s, "@"); last > len(word) && URL(word) == word && !hasPort(authorityOf(word[authorityAt(word):])) {
		word = s[:last+1] // the password may have a space in it
	}
	return URL(word), s[len(word):]
}

// wordEnd is where in a message the next URL or quotation may begin.
func wordEnd(s string) int {
	for i := range s {
		if i > 0 && (s[i] == '"' || isLetter(s[i]) && !isLetter(s[i-1])) {
			return i
		}
	}
	return len(s)
}

func endsURL(r rune) bool { return r <= ' ' || strings.ContainsRune(`"<>`, r) }

func requoted(quoted string) string {
	plain, err := strconv.Unquote(quoted)
	if err != nil {
		return quoted
	}
	if redacted := Typed(plain); redacted != plain {
		return strconv.Quote(redacted)
	}
	return quoted
}

// masked is a URL's part from the authority on without what stands between its
// first colon and its last @.
func masked(s string) string {
	at := strings.LastIndex(s, "@")
	colon := strings.Index(s, ":")
	if colon < 0 || colon > at {
		return s
	}
	return s[:colon+1] + mask + s[at:]
}

// authorityAt is where in a URL the authority begins, or 0 if it does not
// begin with a scheme and "://".
func authorityAt(s string) int {
	i := 0
	for i < len(s) && isScheme(s[i]) {
		i++
	}
	if i == 0 || !isLetter(s[0]) || !strings.HasPrefix(s[i:], "://") {
		return 0
	}
	return i + len("://")
}

// authorityOf is the authority that s begins with.
func authorityOf(s string) string {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		return s[:i]
	}
	return s
}

// hasPort reports whether an authority without user information is a host with
// a port or none. The port is a number, or a part of a template.
func hasPort(authority string) bool {
	if _, behind, ok := strings.Cut(authority, "]"); ok {
		authority = behind // the colons of an IPv6 address
	}
	_, port, _ := strings.Cut(authority, ":")
	return !strings.ContainsFunc(port, func(r rune) bool { return r < '0' || r > '9' })
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isScheme reports whether c may stand in a scheme (RFC 3986, section 3.1).
func isScheme(c byte) bool {
	return isLetter(c) || '0' <= c && c <= '9' || strings.IndexByte("+-.", c) >= 0
}
