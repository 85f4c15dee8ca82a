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

// A Catalogue maps codes to the names of their countries. No name is empty.
type Catalogue map[Code]string

// Codes returns the catalogue's codes, sorted.
func (c Catalogue) Codes() []Code { return slices.Sorted(maps.Keys(c)) }

// FetchCatalogue gets a catalogue with d, within its slots and with its retries.
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

// DecodeCatalogue reads either form of a catalogue, with codes in upper or
// lower case:
//
//	{"br": "Brazil", "us-ca": "California"}
//	[{"code": "br", "name": "Brazil", "iso": true}]
//
// It skips entries without a two-letter code, such as regions, and entries
// without a name. A catalogue without any country is an error, and so is one
// with two names for a code, whatever the code's case.
func DecodeCatalogue(data []byte) (Catalogue, error) {
	data, err := bom.Skip(data)
	if err != nil {
		return nil, fmt.Errorf("catalogue %w", err)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("catalogue is not valid UTF-8")
	}
	decode := decodeObject
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("[")) {
		decode = decodeArray
	}
	entries, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("catalogue: want a JSON object of codes and names, or an array of objects with code and name: %w", err)
	}
	names := Catalogue{}
	for _, e := range entries {
		codes, err := ParseCodes(e.Code)
		if err != nil || len(codes) != 1 || strings.TrimSpace(e.Name) == "" {
			continue
		}
		c := codes[0]
		if first, ok := names[c]; ok && first != e.Name {
			return nil, fmt.Errorf("catalogue: %s has two names, %q and %q: want one", c, cut(first, 80), cut(e.Name, 80))
		}
		names[c] = e.Name
	}
	if len(names) == 0 {
		return nil, errors.New("catalogue: no entry has a two-letter code and a name")
	}
	return names, nil
}

// An entry is one country of a catalogue.
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
		json.Unmarshal(m.value, &entries[i].Name) // cannot fail: it is a string, as checked above
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
