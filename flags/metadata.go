package flags

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"getflags/internal/bom"
)

// Metadata is what a site tells of a country, in the form of the book's site:
//
//	{"tld_cc": ".br", "iso_cc": "BR", "country": "Brazil", "gec_cc": "BR"}
type Metadata struct {
	Country string `json:"country"` // the name, never empty
	ISO     string `json:"iso_cc"`  // code by ISO 3166-1
	TLD     string `json:"tld_cc"`  // Internet top-level domain, ".br"
	GEC     string `json:"gec_cc"`  // code by the GEC standard (once FIPS 10)
}

// DecodeMetadata reads the metadata of one country. Fields it does not know
// are passed over; a name that is missing, empty or not text is an error, and so
// is a name or a code that is there twice.
func DecodeMetadata(data []byte) (Metadata, error) {
	var m Metadata
	data, err := bom.Skip(data)
	if err != nil {
		return Metadata{}, fmt.Errorf("metadata %w", err)
	}
	if err := unmarshalObject(data, &m, "country", "iso_cc"); err != nil {
		return Metadata{}, fmt.Errorf("metadata is not what was expected, a JSON object with a country: %w", err)
	}
	if !utf8.Valid(data) {
		return Metadata{}, errors.New("metadata is not UTF-8")
	}
	if strings.TrimSpace(m.Country) == "" {
		return Metadata{}, errors.New("metadata has no country name")
	}
	return m, nil
}

// DecodeMetadataOf is DecodeMetadata for those of one country: a code of
// another in them is an error.
func DecodeMetadataOf(c Code, data []byte) (Metadata, error) {
	m, err := DecodeMetadata(data)
	if err == nil && m.ISO != "" && !strings.EqualFold(m.ISO, string(c)) {
		return Metadata{}, fmt.Errorf("metadata is that of %q", cut(m.ISO, 20))
	}
	return m, err
}

// EncodeMetadata returns metadata that hold a country's code and name, as a
// line of JSON.
func EncodeMetadata(c Code, country string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		ISO     Code   `json:"iso_cc"`
		Country string `json:"country"`
	}{c, country})
	return b.Bytes(), err
}
