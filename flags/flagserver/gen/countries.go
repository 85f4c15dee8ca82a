package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
)

// countriesTSV holds a header line and then one line for each country.
//
//go:embed countries.tsv
var countriesTSV string

// A country is one line of countries.tsv.
type country struct {
	code string // ISO 3166-1 alpha-2, upper case: names the files and chooses the flag
	name string
	tld  string // with its dot; not always the code (.uk for GB)
	gec  string // the code in the United States' Geopolitical Entities and Codes
}

func readCountries() ([]country, error) {
	r := csv.NewReader(strings.NewReader(countriesTSV))
	r.Comma = '\t'
	r.FieldsPerRecord = 4
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read countries.tsv: %w", err)
	}
	var countries []country
	for _, row := range rows[1:] {
		countries = append(countries, country{code: row[0], name: row[1], tld: row[2], gec: row[3]})
	}
	return countries, nil
}

// metadata returns the JSON text of the book's site for c, byte for byte: with its
// order of keys, its spaces, no newline, and only ASCII. For printable characters
// up to U+FFFF, the only ones in names, the escapes of %+q are valid JSON.
func (c country) metadata() []byte {
	return fmt.Appendf(nil, `{"tld_cc": %+q, "iso_cc": %+q, "country": %+q, "gec_cc": %+q}`,
		c.tld, c.code, c.name, c.gec)
}
