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
	task := downloader.Task{ID: "names", Fetch: func(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
		_, err := c.Get(ctx, url, decode)
		return nil, err
	}}
	err := context.Cause(ctx)
	for r := range d.Run(ctx, func(yield func(downloader.Task) bool) { yield(task) }) {
		err = r.Err
	}
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
// catalogue of nothing is an error.
func DecodeCatalogue(data []byte) (Catalogue, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("country names are not UTF-8")
	}
	decode := decodeObject
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("[")) {
		decode = decodeArray
	}
	byCode, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("country names are not what was expected, an object of codes and names, or an array of objects with code and name: %w", err)
	}
	names := Catalogue{}
	for word, name := range byCode {
		codes, err := ParseCodes(word)
		if err == nil && len(codes) == 1 && strings.TrimSpace(name) != "" {
			names[codes[0]] = name
		}
	}
	if len(names) == 0 {
		return nil, errors.New("country names hold none with a two-letter code")
	}
	return names, nil
}

func decodeObject(data []byte) (names map[string]string, err error) {
	err = json.Unmarshal(data, &names)
	return names, err
}

func decodeArray(data []byte) (map[string]string, error) {
	var entries []struct{ Code, Name string }
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, err
	}
	names := make(map[string]string, len(entries))
	for _, e := range entries {
		names[e.Code] = e.Name
	}
	return names, nil
}
