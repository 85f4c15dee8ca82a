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
	Title string // "" means "Flags"
	Note  string // a line below the title, such as the source of the flags
	Flags []Flag
}

// A Flag is one flag of a sheet.
type Flag struct {
	Code    flags.Code // "" if unknown
	Country string     // "" if unknown
	// Image is the picture, a GIF, PNG, JPEG, WebP or SVG, or nil if the flag is
	// gone.
	Image []byte
	// Change says how the flag changed, in a word such as "new", or is "".
	// Changed flags also appear at the top of the page.
	Change string
	Before []byte // the picture before the change, or nil
}

//go:embed page.html
var pageText string

//go:embed page.css
var style string

//go:embed page.js
var script string

// page is the data of the template.
type page struct {
	Sheet
	Policy  string
	Style   template.CSS
	Script  template.JS
	Changed []Flag
}

// Encode returns the page as HTML.
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

// policy allows only the page's own style and script, by their hashes, and
// pictures inside the page (Content Security Policy, level 3).
func policy() string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; style-src " + hash(style) + "; script-src " + hash(script) +
		"; base-uri 'none'; form-action 'none'"
}

// picture returns a data URL of an image. Browsers show unknown bytes as a broken
// picture, never as a page.
func picture(data []byte) template.URL {
	return template.URL("data:" + flags.PictureType(data) + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// broken reports whether data is not a picture.
func broken(data []byte) bool { return flags.PictureType(data) == "application/octet-stream" }

// present returns the flags that are not gone.
func present(all []Flag) []Flag {
	var still []Flag
	for _, f := range all {
		if f.Image != nil {
			still = append(still, f)
		}
	}
	return still
}
