package flags

import (
	"fmt"
	"testing"
)

func TestCheckPicture(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"br.gif", "GIF89a...", ""},
		{"br.GIF", "GIF87a...", ""},
		{"br.png", "\x89PNG\r\n\x1a\n...", ""},
		{"br.jpg", "\xff\xd8\xff\xe0...", ""},
		{"br.webp", "RIFF\x01\x02\x03\x04WEBPVP8 ", ""},
		{"br.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", ""},
		{"br.svg", "\ufeff<?xml version='1.0'?>\n<!-- > -->\n<!DOCTYPE svg PUBLIC 'x'>\n<svg:svg>", ""},
		{"br.svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<SVG >", ""},
		{"br.svg", "<a.long.name.space:svg>", ""},
		{"br.webp", "RIFF\x01\x02\x03\x04WEBP", ""},
		{"br", "GIF89a...", ""},
		{"br.gif", "<html>", "got an HTML page, not a GIF"},
		{"br.gif", "\n<!DOCTYPE HTML>\n<title>Sign in", "got an HTML page, not a GIF"},
		{"br.gif", "<!doctype html", "got an HTML page, not a GIF"},
		{"br", "<!-- sign in --><html>", "got an HTML page, not a picture"},
		{"br.gif", "\x89PNG\r\n\x1a\n...", "is a PNG, not a GIF"},
		{"br.gif", "", `is not a GIF: begins with ""`},
		{"br.gif", "GIF88a and something more", `is not a GIF: begins with "GIF88a and somet"`},
		{"br.svg", "<!-- never ends", `is not a SVG: begins with "<!-- never ends"`},
		{"br.svg", "< x:svg", `is not a SVG: begins with "< x:svg"`},
		{"br.svg", "<", `is not a SVG: begins with "<"`},
	} {
		got := ""
		if err := checkPicture(tt.name, []byte(tt.data)); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("checkPicture(%q, %q) = %q, want %q", tt.name, tt.data, got, tt.want)
		}
	}
}

// If the URL does not tell the kind of picture, the picture does.
func TestPictureTells(t *testing.T) {
	site := Site{Template: "https://example.com/{cc}"}
	for data, want := range map[string]string{
		"GIF89a": ".gif image/gif", "\x89PNG\r\n\x1a\n": ".png image/png", "\xff\xd8\xff": ".jpg image/jpeg",
		"RIFF\x00\x00\x00\x00WEBP": ".webp image/webp", "<svg>": ".svg image/svg+xml",
		"": ". application/octet-stream", "<html>": ".html application/octet-stream",
	} {
		if got := site.Extension([]byte(data)) + " " + PictureType([]byte(data)); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
	}
}

// FuzzKindOf checks that the kind is always a known one, and that a picture is
// never a page.
func FuzzKindOf(f *testing.F) {
	for _, s := range []string{"", "<", "<!", "<!--", "<?", "<svg", "<!doctype x[", "GIF89a", "RIFF....WEBP", "\ufeff <html>", "<:svg>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind := kindOf(data)
		err := checkPicture("x", data)
		switch kind {
		case "GIF", "PNG", "JPEG", "WebP", "SVG":
			if err != nil {
				t.Errorf("%q is a %s, but %v", data, kind, err)
			}
		case "HTML", "":
			if err == nil {
				t.Errorf("%q passed as a picture", data)
			}
		default:
			t.Errorf("%q is a %s", data, fmt.Sprint(kind))
		}
	})
}
