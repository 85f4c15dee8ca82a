package redact

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://me:pw@host/flags":               "https://me:xxxxx@host/flags",
		"https://me:p:w@host:8000/{cc}.png":      "https://me:xxxxx@host:8000/{cc}.png",
		"https://me:p@w@host":                    "https://me:xxxxx@host",
		"https://me:@host":                       "https://me:xxxxx@host",
		"https://me@host":                        "https://me@host",
		"https://:pw@host?x=1":                   "https://:xxxxx@host?x=1",
		"https://me:p/w@host":                    "https://me:xxxxx@host",
		"https://me:p?w@host#x":                  "https://me:xxxxx@host#x",
		"https://me:p w@host":                    "https://me:xxxxx@host",
		"https://me:p\x01\"w@host":               "https://me:xxxxx@host",
		"https://me:p%zzw@host":                  "https://me:xxxxx@host",
		"https://me:p{cc}w@host/{cc}.png":        "https://me:xxxxx@host/{cc}.png",
		"socks5h://me:pw@host:1080":              "socks5h://me:xxxxx@host:1080",
		"me:pw@host:3128":                        "me:xxxxx@host:3128",
		"//me:pw@host":                           "//me:xxxxx@host",
		"https:/me:pw@host":                      "https:xxxxx@host",
		"https//me:pw@host":                      "https//me:xxxxx@host",
		"https://cdn.example/gh/a@1.0/{cc}.svg":  "https://cdn.example/gh/a@1.0/{cc}.svg",
		"http://localhost:8000/a@2x/{cc}.png":    "http://localhost:8000/a@2x/{cc}.png",
		"http://[::1]:8000/a@2x/{cc}.png":        "http://[::1]:8000/a@2x/{cc}.png",
		"http://me:pw@[::1]:8000/a@2x":           "http://me:xxxxx@[::1]:8000/a@2x",
		"https://{cc}.example.com:443/a@2x.png":  "https://{cc}.example.com:443/a@2x.png",
		"https://host/flags?mail=me@example.com": "https://host/flags?mail=me@example.com",
		"":                                       "",
	} {
		if got := URL(raw); got != want {
			t.Errorf("URL(%q) = %q, want %q", raw, got, want)
		}
	}
}

// A refused URL may have been meant otherwise than it reads.
func TestTyped(t *testing.T) {
	for raw, want := range map[string]string{
		"https://me:pw@host?x=1":   "https://me:xxxxx@host?x=1",
		"https://me:12/34@host?x":  "https://me:xxxxx@host?x",
		"https://me:p@w/x@host":    "https://me:xxxxx@host",
		"htps://me:pw@host":        "htps:xxxxx@host",
		"me://pw@host":             "me:xxxxx@host",
		"1https://me:pw@host":      "1https:xxxxx@host",
		"me:p://w@host":            "me:xxxxx@host",
		"https://host/a@1.0/{x}":   "https://host/a@1.0/{x}",
		"ftp://example.com/{cc}":   "ftp://example.com/{cc}",
		"no URL at all":            "no URL at all",
		"https://me:pw@host/\x00@": "https://me:xxxxx@",
	} {
		if got := Typed(raw); got != want {
			t.Errorf("Typed(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for s, want := range map[string]string{
		"flags: open a@b: no such file":                            "flags: open a@b: no such file",
		"flags: http://h:8000/a@b.gif: 404":                        "flags: http://h:8000/a@b.gif: 404",
		"see http://h:8000, or me@there":                           "see http://h:8000, or me@there",
		"BR: https://me:pw@h/br.gif: 404 Not Found":                "BR: https://me:xxxxx@h/br.gif: 404 Not Found",
		"two: http://a:b@c, http://d:e@f.":                         "two: http://a:xxxxx@c, http://d:xxxxx@f.",
		"(http://a:b@c)":                                           "(http://a:xxxxx@c)",
		`parse "https://me:p w@h": bad`:                            `parse "https://me:xxxxx@h": bad`,
		`invalid proxy address "me:pw@h:1": bad`:                   `invalid proxy address "me:xxxxx@h:1": bad`,
		`code "https://me:p\"w@h" is none`:                         `code "https://me:xxxxx@h" is none`,
		`unquoted https://me:p w@h and more`:                       `unquoted https://me:xxxxx@h and more`,
		`left open "https://me:pw@h`:                               `left open "https://me:xxxxx@h`,
		"x=https://me:pw@h":                                        "x=https://me:xxxxx@h",
		"ééhttps://me:pw@h":                                        "ééhttps://me:xxxxx@h",
		"3https://me:pw@h":                                         "3https://me:xxxxx@h",
		`"a@b" and "c"`:                                            `"a@b" and "c"`,
		"<https://me:pw@h>":                                        "<https://me:xxxxx@h>",
		"https://h/x: redirect to https://u:v@i/: more than 10 of": "https://h/x: redirect to https://u:xxxxx@i/: more than 10 of",
	} {
		if got := Text(s); got != want {
			t.Errorf("Text(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestCause(t *testing.T) {
	for _, raw := range []string{"https://me:se/cret@h", "https://me:%zzsecret@h", "https://h:sec@ret", "http://[sec@ret"} {
		_, err := url.Parse(raw)
		if err == nil {
			continue
		}
		if got := Cause(raw, err).Error(); strings.Contains(got, "se") || strings.Contains(got, "zz") || strings.Contains(got, "ret") {
			t.Errorf("%q: %s", raw, got)
		}
	}
	raw := fmt.Sprint("https://h", ":port") // put together, as a checker refuses it as it stands
	_, err := url.Parse(raw)
	if got := Cause(raw, err).Error(); got != `invalid port ":port" after host` {
		t.Error(got)
	}
	if other := errors.New("other"); Cause("x", other) != other {
		t.Error("an error of another kind is not told as it is")
	}
}

// FuzzPassword puts passwords that a user may have into URLs, as they are and
// in the messages of programs. No form may let them through.
func FuzzPassword(f *testing.F) {
	for _, s := range []string{"pw", "p/w", "p?w", "p#w", "p w", "p\"w", "p\\w", "p@w", "p:w", "%zz", "\x00", "12/34", "://", "http://a:b@c", "é"} {
		f.Add(s)
	}
	const secret = "S3CR3T"
	f.Fuzz(func(t *testing.T, s string) {
		typed := "https://me:" + s + secret + s + "@host/flags?x=1"
		for _, got := range []string{
			Typed(typed), Typed(strings.TrimPrefix(typed, "https://")),
			Text(fmt.Sprintf("flags: server %q: want another", typed)),
			URL("https://me:" + url.QueryEscape(s) + secret + "@host/flags?x=1"),
			Text("BR: https://me:" + url.QueryEscape(s) + secret + "@host/flags: 404 Not Found"),
		} {
			if strings.Contains(got, secret) {
				t.Errorf("%q: %q", s, got)
			}
		}
	})
}
