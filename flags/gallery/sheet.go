package gallery

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"

	"getflags/flags"
	"getflags/internal/visible"
)

// A Sheet is the content of a page.
type Sheet struct {
	Title string // "Flags" if it is empty
	Note  string // a line below the title, such as where the flags are from
	Flags []Flag
}

// A Flag is one of a sheet's.
type Flag struct {
	Code    flags.Code // "" if it is not known
	Country string     // "" if it is not known
	// Image is the picture: a GIF, PNG, JPEG, WebP or SVG. Nil if there is none
	// any more.
	Image []byte
	// Change is what became of the flag, in a word such as "new"; "" for
	// nothing. Flags with one stand at the top of the page, too.
	Change string
	Before []byte // the picture before the change, or nil
}

//go:embed page.html
var pageText string

//go:embed page.css
var style string

//go:embed page.js
var script string

// page is what the template makes a page of.
type page struct {
	Sheet
	Policy  string
	Style   template.CSS
	Script  template.JS
	Changed []Flag
}

// Encode returns the page. It is all in memory, as are the flags.
func (s Sheet) Encode() ([]byte, error) {
	p := page{Sheet: s, Policy: policy(), Style: template.CSS(style), Script: template.JS(script)}
	for _, f := range s.Flags {
		if f.Change != "" {
			p.Changed = append(p.Changed, f)
		}
	}
	t, err := template.New(Name).Funcs(template.FuncMap{"picture": picture, "broken": broken, "text": visible.Text, "present": present}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("gallery: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("gallery: %w", err)
	}
	return b.Bytes(), nil
}

// policy allows the page's own style and script, by their hashes, and pictures
// that are in the page (Content Security Policy, level 3).
func policy() string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; style-src " + hash(style) + "; script-src " + hash(script) +
		"; base-uri 'none'; form-action 'none'"
}

// picture is an image as a URL that holds it. What is no picture that browsers
// know as one is shown as one that is broken: it never becomes a page.
func picture(data []byte) template.URL {
	return template.URL("data:" + flags.PictureType(data) + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// broken reports whether data is no picture at all.
func broken(data []byte) bool { return flags.PictureType(data) == "application/octet-stream" }

// present are the flags that there still are.
func present(all []Flag) []Flag {
	var still []Flag
	for _, f := range all {
		if f.Image != nil {
			still = append(still, f)
		}
	}
	return still
}
