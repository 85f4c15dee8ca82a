package domain

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Limits of RFC 1035, section 2.3.4, in bytes. A name of 255 bytes on the
// wire has 253 in its written form.
const (
	maxName  = 253
	maxLabel = 63
	// maxText is more than any valid name takes in UTF-8, four bytes a
	// character; what is longer is not worth converting.
	maxText = 4 * maxName
)

// ToASCII returns domain as it is sent to a name server: in lower case,
// without a final dot, labels in other scripts than ASCII as RFC 5891 and
// UTS #46 have it for lookups ("café.dev" becomes "xn--caf-dma.dev"). Two
// spellings of one domain give the same result.
//
// What can be no host name is an [*Error] that wraps [ErrName]: an empty
// label, one of more than 63 bytes, a hyphen at the end of a label, characters
// that are not allowed, more than 253 bytes in all, an IPv4 address, and names
// under .onion, which RFC 7686 keeps out of the DNS.
func ToASCII(domain string) (string, error) {
	if reason := unreadable(domain); reason != "" {
		return "", &Error{Domain: domain, Reason: reason, Err: ErrName}
	}
	name, err := idna.Lookup.ToASCII(domain)
	name = strings.TrimSuffix(name, ".")
	// Even with an error there is a name, and our own words for what is
	// wrong with it are the clearer ones.
	if reason := flaw(name); reason != "" {
		return "", &Error{Domain: domain, Reason: reason, Err: ErrName}
	}
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "idna: ")
		return "", &Error{Domain: domain, Reason: reason, Err: ErrName}
	}
	return name, nil
}

func unreadable(domain string) string {
	switch {
	case len(domain) > maxText:
		return "longer than any domain name"
	case !utf8.ValidString(domain):
		return "not UTF-8"
	}
	return ""
}

// flaw says what keeps a name from being that of a host, or "".
func flaw(name string) string {
	if name == "" {
		return "empty name"
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if reason := labelFlaw(l); reason != "" {
			return reason
		}
	}
	last := labels[len(labels)-1]
	switch {
	case len(name) > maxName:
		return fmt.Sprintf("a name has at most %d bytes, not %d", maxName, len(name))
	case strings.Trim(last, "0123456789") == "":
		return "the last label is a number, as in an address"
	case last == "onion":
		return "names under .onion are not in the DNS (RFC 7686)"
	}
	return ""
}

func labelFlaw(label string) string {
	switch {
	case label == "":
		return "empty label"
	case len(label) > maxLabel:
		return fmt.Sprintf("a label has at most %d bytes, not %d", maxLabel, len(label))
	case label[0] == '-' || label[len(label)-1] == '-':
		return "a hyphen at the end of a label"
	}
	return ""
}

// show makes a name fit to print whoever wrote it: short, on one line, and
// nothing in it that a terminal obeys.
func show(name string) string {
	const most = 80
	if utf8.RuneCountInString(name) > most {
		name = string([]rune(name)[:most]) + "…"
	}
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	if name == "" || strings.ContainsFunc(name, odd) {
		return strconv.Quote(name)
	}
	return name
}
