package gallery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

const gif = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"

// parse makes the page and returns its elements by name.
func parse(t *testing.T, s Sheet) map[string][]*html.Node {
	t.Helper()
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	elements := map[string][]*html.Node{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			elements[n.Data] = append(elements[n.Data], n)
		}
	}
	return elements
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// No country name, however hostile, adds an element to the page.
func TestHostileNames(t *testing.T) {
	plain := parse(t, Sheet{Title: "x", Note: "x", Flags: []Flag{{Code: "BR", Country: "x", Image: []byte(gif), Change: "new"}}})
	for _, evil := range []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</style><b>", "</script><script>", "{{.}}",
		"javascript:alert(1)", "\x00\x1b[31m", "\u202etfel", "\xff\xfe", "&lt;b&gt;", "' onload='x",
	} {
		page := parse(t, Sheet{Title: evil, Note: evil, Flags: []Flag{{Code: "BR", Country: evil, Image: []byte(gif), Change: evil}}})
		for name, nodes := range page {
			if len(nodes) != len(plain[name]) {
				t.Errorf("%q: %d elements %s, want %d", evil, len(nodes), name, len(plain[name]))
			}
			for _, n := range nodes {
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "\u202e") {
						t.Errorf("%q: attribute %s of %s", evil, a.Key, name)
					}
				}
			}
		}
		if text := page["h1"][0].FirstChild.Data; strings.ContainsAny(text, "\x00\x1b\u202e") {
			t.Errorf("%q is shown as %q", evil, text)
		}
	}
}

// A picture is always embedded as a picture, with the type of its bytes.
func TestPictures(t *testing.T) {
	for data, want := range map[string]string{
		gif:                 "data:image/gif;base64,R0lGODlh",
		"\x89PNG\r\n\x1a\n": "data:image/png;base64,",
		"\xff\xd8\xff":      "data:image/jpeg;base64,",
		"RIFF1234WEBP":      "data:image/webp;base64,",
		"<svg onload='x'/>": "data:image/svg+xml;base64,",
		"<html>":            "data:application/octet-stream;base64,",
	} {
		images := parse(t, Sheet{Flags: []Flag{{Code: "BR", Image: []byte(data)}}})["img"]
		if len(images) != 1 || !strings.HasPrefix(attribute(images[0], "src"), want) || attribute(images[0], "alt") != "Flag of BR" {
			t.Errorf("%q: %v, want %s…", data, images, want)
		}
	}
}

func TestChanges(t *testing.T) {
	page := parse(t, Sheet{Flags: []Flag{
		{Code: "BR", Image: []byte(gif), Before: []byte(gif), Change: "changed"},  // three pictures
		{Code: "CN", Before: []byte(gif), Change: "gone"},                         // one
		{Code: "DE", Image: []byte(gif), Before: []byte("?"), Change: "repaired"}, // two, because one is not a picture
		{Code: "FR", Image: []byte(gif)},                                          // one
	}})
	if n := len(page["img"]); n != 7 {
		t.Errorf("%d pictures, want 7", n)
	}
	if n := len(page["li"]); n != 3+3 {
		t.Errorf("%d tiles, want three changes and three flags", n)
	}
}

func TestScan(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"Côte_d'Ivoire.gif": gif,
		"BR.gif":            gif, "BR.json": `{"country": "Brazil", "iso_cc": "BR"}`,
		"China.gif": gif, "China.json": `{"country": "China", "iso_cc": "CN"}`,
		"de/de.gif": gif, "de/metadata.json": `{"country": "Germany"}`,
		"fr/fr.svg": "<svg/>", "fr/metadata.json": "broken",
		".download-0.part": gif, ".mirror-x.new/br.gif": gif, "notes.txt": "", "index.html": "",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	os.Symlink("/etc/passwd", filepath.Join(dir, "link.gif")) // if the system has no links, there is nothing to skip
	found, _, err := Scan(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []Flag{
		{Code: "FR", Image: []byte("<svg/>")},
		{Code: "BR", Country: "Brazil", Image: []byte(gif)},
		{Code: "CN", Country: "China", Image: []byte(gif)},
		{Country: "Côte d'Ivoire", Image: []byte(gif)},
		{Code: "DE", Country: "Germany", Image: []byte(gif)},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if _, _, err := Scan(filepath.Join(dir, "none")); err == nil || !strings.HasSuffix(err.Error(), `none": no such file or directory`) {
		t.Error(err)
	}
}

func TestIsGallery(t *testing.T) {
	data, err := Sheet{}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for page, want := range map[string]bool{string(data): true, "<!doctype html><title>mine</title>": false, "": false} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, Name), []byte(page), 0o666); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		if is, err := isGallery(root); is != want || err != nil {
			t.Errorf("%.40q: %v, %v", page, is, err)
		}
	}
}
