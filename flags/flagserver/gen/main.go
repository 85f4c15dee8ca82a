// Gen makes the set of flags that package flagserver serves: for every
// country in countries.tsv a GIF drawn from the Noto Color Emoji font and a
// metadata.json with the country's names and codes.
//
//	go run . outputdir
//
// It is a separate module, so that the large font and the text shaper stay out
// of the product's dependencies. The output depends only on this module: two
// runs write the same bytes.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: gen outputdir")
	}
	countries, err := readCountries()
	if err != nil {
		return err
	}
	font, err := openFont()
	if err != nil {
		return err
	}
	return writeSet(args[0], countries, font)
}

// writeSet writes each country's two files into its own directory under dir.
func writeSet(dir string, countries []country, font *flagFont) error {
	for _, c := range countries {
		picture, err := font.gif(c.code)
		if err != nil {
			return fmt.Errorf("flag of %s (%s): %w", c.code, c.name, err)
		}
		if err := writeCountry(dir, c, picture); err != nil {
			return err
		}
	}
	return nil
}

// writeCountry writes {cc}/{cc}.gif and {cc}/metadata.json. Errors of package os
// already name the file.
func writeCountry(dir string, c country, picture []byte) error {
	cc := strings.ToLower(c.code)
	dir = filepath.Join(dir, cc)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, cc+".gif"), picture, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "metadata.json"), c.metadata(), 0o644)
}
