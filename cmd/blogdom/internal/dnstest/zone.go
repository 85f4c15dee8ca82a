package dnstest

import (
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// ParseZone reads a zone from text, for test scripts. Each line holds a name, the
// kind of reply, and the addresses if the reply has any.
//
//	with.dev  ADDRESS 192.0.2.1 2001:db8::1
//	long.dev  TRUNCATED 192.0.2.2
//	try.dev   SERVFAIL
//	*         NXDOMAIN
//
// Further words are NODATA, REFUSED, SILENT, GARBAGE, CUTSHORT, WRONGID,
// WRONGNAME, LOOP and LAME; NOEDNS before a reply gives it only to questions
// without EDNS, and FORMERR to others; # begins a comment.
func ParseZone(text string) (Zone, error) {
	zone := Zone{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		reply, err := parseReply(words[1:])
		if err != nil {
			return nil, fmt.Errorf("zone line %q: %w", strings.TrimSpace(line), err)
		}
		zone[words[0]] = reply
	}
	return zone, nil
}

func parseReply(words []string) (Reply, error) {
	plain := map[string]Reply{
		"NXDOMAIN": Code(dns.RcodeNameError),
		"NODATA":   Code(dns.RcodeSuccess),
		"SERVFAIL": Code(dns.RcodeServerFailure),
		"REFUSED":  Code(dns.RcodeRefused),
		"SILENT":   Silent,
		"GARBAGE":  Garbage,
		"CUTSHORT": CutShort,
		"WRONGID":  WrongID, "WRONGNAME": WrongName,
		"LOOP": Loop,
		"LAME": Lame,
	}
	switch {
	case len(words) > 1 && words[0] == "NOEDNS":
		then, err := parseReply(words[1:])
		return WithoutEDNS(Code(dns.RcodeFormatError), then), err
	case len(words) > 1 && words[0] == "ADDRESS":
		return Addresses(words[1:]...), nil
	case len(words) > 1 && words[0] == "TRUNCATED":
		return Truncated(Addresses(words[1:]...)), nil
	case len(words) == 1 && plain[words[0]] != nil:
		return plain[words[0]], nil
	}
	return nil, fmt.Errorf("unknown reply %q", words)
}
