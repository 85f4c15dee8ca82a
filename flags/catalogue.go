package flags

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"getflags/downloader"
	"getflags/internal/bom"
)

// A Catalogue maps codes to the names of their countries, never empty ones.
type Catalogue map[Code]string

// Codes returns the catalogue's codes, sorted.
func (c Catalogue) Codes() []Code { return slices.Sorted(maps.Keys(c)) }

// FetchCatalogue gets a catalogue with d, under its cap and with its retries.
func FetchCatalogue(ctx context.Context, d *downloader.Downloader, url string) (Catalogue, error) {
	var names Catalogue
	decode := func(r *downloader.Response) (err error) {
		names, err = DecodeCatalogue(r.Body)
		return err
	}
	_, err := d.Client("names").Get(ctx, url, decode)
	if err != nil {
		return nil, fmt.Errorf("country names: %w", err)
	}
	return names, nil
}

// DecodeCatalogue reads the two forms that catalogues come in, with codes in
// upper or lower case:
//
//	{"br": "Brazil", "us-ca": "California"}
//	[{"code": "br", "name": "Brazil", "iso": true}]
//
// What has no two-letter code, such as regions, or no name, is passed over. A
// catalogue of nothing is an error, and so is one with two names for a code,
// in whichever case.
func DecodeCatalogue(data []byte) (Catalogue, error) {
	data, err := bom.Skip(data)
	if err != nil {
		return nil, fmt.Errorf("the catalogue of country names %w", err)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("country names are not UTF-8")
	}
	decode := decodeObject
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("[")) {
		decode = decodeArray
	}
	entries, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("country names are not what was expected, an object of codes and names, or an array of objects with code and name: %w", err)
	}
	names := Catalogue{}
	for _, e := range entries {
		codes, err := ParseCodes(e.Code)
		if err != nil || len(codes) != 1 || strings.TrimSpace(e.Name) == "" {
			continue
		}
		c := codes[0]
		if first, ok := names[c]; ok && first != e.Name {
			return nil, fmt.Errorf("country names have two for %s, %q and %q", c, cut(first, 80), cut(e.Name, 80))
		}
		names[c] = e.Name
	}
	if len(names) == 0 {
		return nil, errors.New("country names hold none with a two-letter code")
	}
	return names, nil
}

// An entry is what a catalogue says of one code.
type entry struct{ Code, Name string }

func decodeObject(data []byte) ([]entry, error) {
	if err := json.Unmarshal(data, &map[string]string{}); err != nil {
		return nil, err
	}
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, len(all))
	for i, m := range all {
		entries[i].Code = m.name
		json.Unmarshal(m.value, &entries[i].Name) // it has just been found to be a string
	}
	return entries, nil
}

func decodeArray(data []byte) ([]entry, error) {
	var all []json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	entries := make([]entry, len(all))
	for i := range all {
		if err := unmarshalObject(all[i], &entries[i], "code", "name"); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
