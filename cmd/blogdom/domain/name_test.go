package domain

import (
	"errors"
	"strings"
	"testing"
)

func TestToASCII(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	longest := strings.Join([]string{label63, label63, label63, strings.Repeat("b", 61)}, ".")
	tests := map[string]string{
		"with.dev": "with.dev", "WITH.Dev": "with.dev", "with.dev.": "with.dev", "dev": "dev",
		"3.dev": "3.dev", "a-b.co.uk": "a-b.co.uk",
		"café.dev":        "xn--caf-dma.dev",
		"cafe\u0301.dev":  "xn--caf-dma.dev",
		"XN--CAF-DMA.dev": "xn--caf-dma.dev",
		"straße.de":       "xn--strae-oqa.de",
		"日本語。jp":          "xn--wgv71a119e.jp",
		"пример.рф":       "xn--e1afmkfd.xn--p1ai",
		"so\u00adft.dev":  "soft.dev",
		longest:           longest,
		longest + ".":     longest,
		label63 + ".dev":  label63 + ".dev",
	}
	for domain, want := range tests {
		if got, err := ToASCII(domain); err != nil || got != want {
			t.Errorf("ToASCII(%q) = %q, %v; want %q", domain, got, err, want)
		}
	}
}

func TestToASCIIRefuses(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	tests := map[string]string{
		"":                                `"": empty name`,
		".":                               `.: empty name`,
		".dev":                            `.dev: empty label`,
		"a..dev":                          `a..dev: empty label`,
		"dev..":                           `dev..: empty label`,
		"\u00ad.dev":                      `"\u00ad.dev": empty label`,
		"-x.dev":                          `-x.dev: a hyphen at the beginning of a label`,
		"x-.dev":                          `x-.dev: a hyphen at the end of a label`,
		"a b.dev":                         `a b.dev: the character U+0020 is not allowed`,
		"a/b.dev":                         `a/b.dev: the character U+002F is not allowed`,
		"a\x1b[2J.dev":                    `"a\x1b[2J.dev": the character U+001B is not allowed`,
		"a\n.dev":                         `"a\n.dev": the character U+000A is not allowed`,
		"\xff.dev":                        `"\xff.dev": not UTF-8`,
		label63 + "a.dev":                 label63 + `a.dev: a label has at most 63 bytes, not 64`,
		strings.Repeat("é", 60) + ".dev":  strings.Repeat("é", 60) + `.dev: a label has at most 63 bytes, not 66`,
		strings.Repeat("abc.", 63) + "de": strings.Repeat("abc.", 20) + `…: a name has at most 253 bytes, not 254`,
		strings.Repeat("x", 2000):         strings.Repeat("x", 80) + `…: longer than any domain name`,
		"192.0.2.1":                       `192.0.2.1: the last label is a number, as in an address`,
		"with.onion":                      `with.onion: names under .onion are not in the DNS (RFC 7686)`,
		"אa.dev":                          `אa.dev: IDNA does not allow the label "אa" (RFC 5891)`,
		"-.dev":                           `-.dev: a hyphen at the beginning of a label`,
		"x.-y":                            `x.-y: a hyphen at the beginning of a label`,
		"-é.dev":                          `-é.dev: a hyphen at the beginning of a label`,
		"é-.dev":                          `é-.dev: a hyphen at the end of a label`,
		"ab--é.dev":                       `ab--é.dev: hyphens in the third and fourth place of a label that is not ASCII (RFC 5891)`,
		"\u0301a.dev":                     "\u0301a.dev: IDNA does not allow the label \"\u0301a\" (RFC 5891)",
		"⒈.dev":                           `⒈.dev: the character U+2488 is not allowed`,
	}
	for domain, want := range tests {
		got, err := ToASCII(domain)
		if err == nil || err.Error() != want {
			t.Errorf("ToASCII(%q) = %q, error %v; want error %s", domain, got, err, want)
		}
		if !errors.Is(err, ErrName) {
			t.Errorf("ToASCII(%q): %v does not wrap ErrName", domain, err)
		}
	}
}

// Names of hosts that exist are asked for, though IDNA would let nobody have
// them today.
func TestLookupOfNamesThatIDNAForbids(t *testing.T) {
	for domain, want := range map[string]string{
		"r3---sn-x.googlevideo.com":   "r3---sn-x.googlevideo.com",
		"R3---SN-X.GoogleVideo.COM.":  "r3---sn-x.googlevideo.com",
		"ab--c.dev":                   "ab--c.dev",
		"xn--a.dev":                   "xn--a.dev",
		"xn--.dev":                    "", // a hyphen at its end
		"XN--99999999999999999999.de": "xn--99999999999999999999.de",
		"_dmarc.example.com":          "_dmarc.example.com",
		"my_host.example.com":         "my_host.example.com",
		"r3---sn-x.例.com":             "r3---sn-x.xn--fsq.com",
		"r3---sn-x．EXAMPLE。com｡":      "r3---sn-x.example.com",
		"ａｂ--c.dev":                   "", // not ASCII: IDNA's rules hold
		"a--b.b--c":                   "a--b.b--c",
	} {
		if got, err := ToASCII(domain); got != want || (err == nil) != (want != "") {
			t.Errorf("ToASCII(%q) = %q, %v; want %q", domain, got, err, want)
		}
	}
}

// What nobody sees in a name is seen in what is said of it.
func TestNameInAMessageDoesNotAct(t *testing.T) {
	_, err := ToASCII("a\u202eb\u3164\x9b.dev")
	if want := `"a\u202eb\u3164\x9b.dev": not UTF-8`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// FuzzToASCII holds ToASCII to RFC 1035 and RFC 1123, whatever the text, and
// to giving its own results back.
func FuzzToASCII(f *testing.F) {
	for _, s := range []string{"with.dev", "Café.dev.", "-x", "a..b", "日本語。jp", "xn--caf-dma.x", "1.2", "\xff", "so\u00adft.dev", "r3---sn.x", "a_b", "xn--a", "日--本.a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		name, err := ToASCII(domain)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\r\n") {
				t.Errorf("ToASCII(%q): error %q is no printable line", domain, err)
			}
			return
		}
		if len(name) > 253 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
			t.Fatalf("ToASCII(%q) = %q", domain, name)
		}
		for label := range strings.SplitSeq(name, ".") {
			if len(label) < 1 || len(label) > 63 || strings.Trim(label, "-") != label {
				t.Fatalf("ToASCII(%q) = %q with the label %q", domain, name, label)
			}
		}
		if again, err := ToASCII(name); err != nil || again != name {
			t.Errorf("ToASCII(%q) = %q, of which it makes %q, %v", domain, name, again, err)
		}
	})
}
