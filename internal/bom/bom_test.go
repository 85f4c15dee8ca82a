package bom

import (
	"errors"
	"testing"
)

func TestSkip(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "{}": "{}", "\xef\xbb\xbf{}": "{}", "\xef\xbb\xbf": "", "\xef\xbb": "\xef\xbb",
		"\xef\xbb\xbf\xef\xbb\xbf": "\xef\xbb\xbf", " \xef\xbb\xbf": " \xef\xbb\xbf",
	} {
		if got, err := Skip([]byte(text)); string(got) != want || err != nil {
			t.Errorf("Skip(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"\xff\xfe{\x00": "UTF-16LE", "\xfe\xff\x00{": "UTF-16BE", "\xff\xfe": "UTF-16LE",
		"\xff\xfe\x00\x00{\x00\x00\x00": "UTF-32LE", "\x00\x00\xfe\xff": "UTF-32BE",
	} {
		var other *Error
		if _, err := Skip([]byte(text)); !errors.As(err, &other) || other.Encoding != want {
			t.Errorf("Skip(%q): %v, want %s", text, err, want)
		}
	}
}
