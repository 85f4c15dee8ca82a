package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"getflags/internal/visible"
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

// Dots are what IDNA takes for a dot between labels (UTS #46, section 2.3).
const Dots = ".。．｡"

// ToASCII returns domain as it is sent to a name server: in lower case and
// without a final dot. Labels of ASCII stay what they are: what IDNA allows in
// a new name, such as no hyphens in third and fourth place, does not matter to
// those that are there, "r3---sn-x.googlevideo.com" (RFC 5891, section 5.3),
// and one that begins with "xn--" may be asked for whether it is well-formed
// or not. Other labels become what RFC 5891 and UTS #46 have for lookups
// ("café.dev" becomes "xn--caf-dma.dev"). Two spellings of one domain give the
// same result.
//
// What is neither a host's name (RFC 1123, section 2.1) nor one with
// underscores, as services have (RFC 8552), is an [*Error] that wraps
// [ErrName]: an empty label, one of more than 63 bytes, a hyphen at the beginning
// or the end of a label, characters that are not allowed, more than 253 bytes in
// all, an IPv4 address, and names under .onion, which RFC 7686 keeps out of the DNS.
func ToASCII(domain string) (string, error) {
	name, reason := toASCII(domain)
	if reason != "" {
		return "", &Error{Domain: domain, Reason: reason, Err: ErrName}
	}
	return name, nil
}

// toASCII returns a name, or the reason why it is none.
func toASCII(domain string) (name, reason string) {
	if reason := unreadable(domain); reason != "" {
		return "", reason
	}
	labels := splitLabels(domain)
	for i, label := range labels {
		if labels[i], reason = lookupLabel(label); reason != "" {
			break
		}
	}
	name = strings.TrimSuffix(strings.Join(labels, "."), ".")
	// Our own words for what is wrong with a name are the clearer ones.
	if flaw := flaw(name); flaw != "" {
		return "", flaw
	}
	return name, reason
}

func splitLabels(domain string) []string {
	return strings.Split(strings.Map(func(r rune) rune {
		if strings.ContainsRune(Dots, r) {
			return '.'
		}
		return r
	}, domain), ".")
}

// lookupLabel is a label as it is asked for. With a reason why it cannot be
// asked for there may be a label, too, such as one that is too long.
func lookupLabel(label string) (ascii, reason string) {
	odd := strings.IndexFunc(label, func(r rune) bool { return !isLDH(r) })
	switch {
	case odd < 0:
		return strings.ToLower(label), ""
	case !isASCII(label):
		ascii, err := idna.Lookup.ToASCII(label)
		if err != nil {
			reason = inWords(label, err)
		}
		return ascii, reason
	}
	return label, notAllowed(fmt.Sprintf("U+%04X", label[odd]))
}

func notAllowed(character string) string {
	return "the character " + character + " is not allowed"
}

// inWords says what package idna has against a label, or, where it does not tell,
// that it has something.
func inWords(label string, err error) string {
	if flaw := hyphenFlaw(label); flaw != "" {
		return flaw
	}
	if r := []rune(label); len(r) > 3 && r[2] == '-' && r[3] == '-' {
		return "hyphens in the third and fourth place of a label that is not ASCII (RFC 5891)"
	}
	text := strings.TrimPrefix(err.Error(), "idna: ")
	if character, ok := strings.CutPrefix(text, "disallowed rune "); ok {
		return notAllowed(character)
	}
	if shown, ok := strings.CutPrefix(text, "invalid label "); ok {
		return "IDNA does not allow the label " + shown + " (RFC 5891)"
	}
	return text
}

// isLDH reports whether r is a letter, digit or hyphen of ASCII, or the
// underscore.
func isLDH(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
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
	}
	return hyphenFlaw(label)
}

func hyphenFlaw(label string) string {
	switch {
	case strings.HasPrefix(label, "-"):
		return "a hyphen at the beginning of a label"
	case strings.HasSuffix(label, "-"):
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
	if seen := visible.Text(name); seen != name || name == "" {
		return `"` + seen + `"`
	}
	return name
}
