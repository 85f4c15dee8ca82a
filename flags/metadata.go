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

// Metadata describes a country, in the form of the book's site:
//
//	{"tld_cc": ".br", "iso_cc": "BR", "country": "Brazil", "gec_cc": "BR"}
type Metadata struct {
	Country string `json:"country"` // the name, never empty
	ISO     string `json:"iso_cc"`  // ISO 3166-1 code
	TLD     string `json:"tld_cc"`  // Internet top-level domain, ".br"
	GEC     string `json:"gec_cc"`  // GEC code (formerly FIPS 10)
}

// DecodeMetadata reads the metadata of one country. It ignores unknown fields. A
// name that is missing, empty or not a string is an error, and so is a repeated
// name or code.
func DecodeMetadata(data []byte) (Metadata, error) {
	var m Metadata
	data, err := bom.Skip(data)
	if err != nil {
		return Metadata{}, fmt.Errorf("metadata %w", err)
	}
	if err := unmarshalObject(data, &m, "country", "iso_cc"); err != nil {
		return Metadata{}, fmt.Errorf("metadata: want a JSON object with a country: %w", err)
	}
	if !utf8.Valid(data) {
		return Metadata{}, errors.New("metadata is not valid UTF-8")
	}
	if strings.TrimSpace(m.Country) == "" {
		return Metadata{}, errors.New("metadata has no country name")
	}
	return m, nil
}

// DecodeMetadataOf is [DecodeMetadata], except that the code of another country
// is an error.
func DecodeMetadataOf(c Code, data []byte) (Metadata, error) {
	m, err := DecodeMetadata(data)
	if err == nil && m.ISO != "" && !strings.EqualFold(m.ISO, string(c)) {
		return Metadata{}, fmt.Errorf("metadata is that of %q: want %s", cut(m.ISO, 20), c)
	}
	return m, err
}

// EncodeMetadata returns metadata with a country's code and name, as a line of
// JSON.
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
