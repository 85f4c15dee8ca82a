package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/gif"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const countryCount = 194

func countriesForTest(t *testing.T) []country {
	t.Helper()
	countries, err := readCountries()
	if err != nil {
		t.Fatal(err)
	}
	return countries
}

func fontForTest(t *testing.T) *flagFont {
	t.Helper()
	font, err := openFont()
	if err != nil {
		t.Fatal(err)
	}
	return font
}

func TestCountries(t *testing.T) {
	countries := countriesForTest(t)
	if len(countries) != countryCount {
		t.Errorf("%d countries, want %d", len(countries), countryCount)
	}
	byCode := func(a, b country) int { return strings.Compare(a.code, b.code) }
	if !slices.IsSortedFunc(countries, byCode) {
		t.Error("countries.tsv is not sorted by code")
	}
}

func TestPictures(t *testing.T) {
	font := fontForTest(t)
	owner := map[string]string{}
	for _, c := range countriesForTest(t) {
		file, err := font.gif(c.code)
		if err != nil {
			t.Errorf("%s: %v", c.code, err)
			continue
		}
		checkPicture(t, c.code, file)
		if other, taken := owner[string(file)]; taken {
			t.Errorf("%s has the picture of %s", c.code, other)
		}
		owner[string(file)] = c.code
	}
}

func checkPicture(t *testing.T, code string, file []byte) {
	t.Helper()
	if n := len(file); n < 1<<10 || n > 36<<10 {
		t.Errorf("%s: %d bytes, want 1 to 36 KB", code, n)
	}
	m, err := gif.Decode(bytes.NewReader(file))
	if err != nil {
		t.Errorf("%s: %v", code, err)
		return
	}
	if m.(*image.Paletted).Opaque() {
		t.Errorf("%s: nothing is transparent around the flag", code)
	}
	if area := solidArea(m); area != m.Bounds() {
		t.Errorf("%s: the flag fills %v of %v", code, area, m.Bounds())
	}
}

func TestCodeWithoutFlag(t *testing.T) {
	if _, err := fontForTest(t).gif("QX"); err == nil {
		t.Error("a picture was made for QX, which is no country")
	}
}

func TestMetadataDecodes(t *testing.T) {
	for _, c := range countriesForTest(t) {
		var got map[string]string
		if err := json.Unmarshal(c.metadata(), &got); err != nil {
			t.Errorf("%s: %v", c.code, err)
		}
		want := map[string]string{"tld_cc": c.tld, "iso_cc": c.code, "country": c.name, "gec_cc": c.gec}
		if !maps.Equal(got, want) {
			t.Errorf("%s: metadata says %v, want %v", c.code, got, want)
		}
	}
}

func TestMetadataBytes(t *testing.T) {
	c := country{code: "CI", name: "Côte d'Ivoire", tld: ".ci", gec: "IV"}
	want := `{"tld_cc": ".ci", "iso_cc": "CI", "country": "C\u00f4te d'Ivoire", "gec_cc": "IV"}`
	if got := string(c.metadata()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// The set that is kept beside this module must be what the module makes.
func TestSetIsCurrent(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	made, kept := readTree(t, dir), readTree(t, "../set")
	if len(made) != 2*countryCount {
		t.Errorf("made %d files, want %d", len(made), 2*countryCount)
	}
	if !maps.Equal(made, kept) {
		t.Error("../set is out of date; run go generate in the package above")
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
