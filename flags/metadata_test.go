package flags

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecodeMetadata(t *testing.T) {
	m, err := DecodeMetadata([]byte(`{"tld_cc": ".ci", "iso_cc": "CI", "country": "C\u00f4te d'Ivoire", "gec_cc": "IV", "more": [1]}`))
	if want := (Metadata{Country: "Côte d'Ivoire", ISO: "CI", TLD: ".ci", GEC: "IV"}); err != nil || m != want {
		t.Errorf("got %+v, %v; want %+v", m, err, want)
	}
}

// FuzzDecodeMetadata checks that any bytes give an error or a name.
func FuzzDecodeMetadata(f *testing.F) {
	for _, s := range []string{`{"country": "Brazil"}`, ``, `{}`, `null`, `[]`, `"x"`, `{"country": ""}`, `{"country": 7}`, `{"country": "x"`, "{\"country\": \"\xff\"}", `<html>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := DecodeMetadata(data)
		if err == nil && (strings.TrimSpace(m.Country) == "" || !utf8.ValidString(m.Country)) {
			t.Errorf("%q gave %+v", data, m)
		}
	})
}

// A byte order mark of UTF-8 is skipped; the error names one of UTF-16.
func TestByteOrderMark(t *testing.T) {
	if m, err := DecodeMetadataOf("BR", []byte("\ufeff"+brazil)); err != nil || m.Country != "Brazil" {
		t.Errorf("%v, %v", m, err)
	}
	for _, catalogue := range []string{`{"br": "Brazil"}`, `[{"code": "br", "name": "Brazil"}]`} {
		if names, err := DecodeCatalogue([]byte("\ufeff" + catalogue)); err != nil || names["BR"] != "Brazil" {
			t.Errorf("%v, %v", names, err)
		}
	}
	const utf16 = "\xff\xfe{\x00}\x00"
	if _, err := DecodeMetadata([]byte(utf16)); err == nil || err.Error() != "metadata is UTF-16LE, by its byte order mark: want UTF-8" {
		t.Error(err)
	}
	if _, err := DecodeCatalogue([]byte(utf16)); err == nil || err.Error() != "catalogue is UTF-16LE, by its byte order mark: want UTF-8" {
		t.Error(err)
	}
}
