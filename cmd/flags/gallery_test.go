package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"getflags/cmd/internal/browsertest"
	"getflags/flags"
	"getflags/flags/flagserver"
	"getflags/flags/gallery"
)

// evil is a name with which a site would take over a page that let it.
const evil = `<img src=x onerror="document.title='pwned'"></script><script>document.title='pwned'</script>`

// sheetFile writes a page of real flags, some changed, and returns its URL.
func sheetFile(t *testing.T) string {
	t.Helper()
	image := func(cc string) []byte {
		f, err := flagserver.Set().Open(cc + "/" + cc + ".gif")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, info.Size())
		if _, err := f.Read(data); err != nil {
			t.Fatal(err)
		}
		return data
	}
	sheet := gallery.Sheet{Note: "a note", Flags: []gallery.Flag{
		{Code: "BR", Country: "Brazil", Image: image("ar"), Before: image("br"), Change: "changed"},
		{Code: "CI", Country: "Côte d'Ivoire", Image: image("ci")},
		{Code: "CN", Country: "China", Before: image("cn"), Change: "gone"},
		{Code: flags.Code("ZZ"), Country: evil, Image: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2" onload="top.document.title='pwned'"><script>top.document.title='pwned'</script></svg>`)},
	}}
	data, err := sheet.Encode()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), gallery.Name)
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(name)
}

// shown are the codes of the tiles that are to be seen.
func shown(t *testing.T, b *browsertest.Tab, list string) []string {
	t.Helper()
	return browsertest.Eval[[]string](t, b, fmt.Sprintf(
		`[...document.querySelectorAll(%q)].filter((t) => t.checkVisibility()).map((t) => t.querySelector(".code").textContent)`, list+" .tile"))
}

func expectShown(t *testing.T, b *browsertest.Tab, list string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, shown(t, b, list), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s", list, diff)
	}
}

func TestGalleryInABrowser(t *testing.T) {
	open, url := browsertest.Start(t), sheetFile(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Tab, string){
		"shows every flag": testSheet, "searches": testSearch, "is readable, light and dark": testSchemes,
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.Open(t, url)
			test(t, b, url)
			if title := browsertest.Eval[string](t, b, `document.title`); title != "Flags" {
				t.Errorf("the title has become %q", title)
			}
		})
	}
}

func testSheet(t *testing.T, b *browsertest.Tab, _ string) {
	b.Until(t, `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
	expectShown(t, b, "#sheet", "BR", "CI", "ZZ")
	expectShown(t, b, ".changed", "BR", "CN")
	if n := browsertest.Eval[int](t, b, `document.images.length`); n != 6 {
		t.Errorf("%d pictures, want 6", n)
	}
	if name := browsertest.Eval[string](t, b, `document.querySelector("#sheet li:last-child .country").textContent`); name != evil {
		t.Errorf("shown is %q", name)
	}
}

func testSearch(t *testing.T, b *browsertest.Tab, url string) {
	b.PressSlash(t)
	b.Until(t, `document.activeElement.id === "query"`)
	b.Type(t, "#query", "cote")
	b.Until(t, `count.textContent === "1 of 3"`)
	expectShown(t, b, "#sheet", "CI")
	expectShown(t, b, ".changed")
	b.Until(t, `location.hash === "#q=cote"`)
	b.Press(t, "\x1b") // Escape
	b.Until(t, `count.textContent === "3 flags" && location.hash === ""`)
	b.Type(t, "#query", "br xx")
	b.Until(t, `count.textContent === "0 of 3" && nothing.checkVisibility()`)
	b.Open(t, "about:blank")
	b.Open(t, url+"#q=BR")
	b.Until(t, `count.textContent === "1 of 3" && query.value === "BR"`)
	expectShown(t, b, ".changed", "BR")
}

func testSchemes(t *testing.T, b *browsertest.Tab, _ string) {
	background := func() string {
		return browsertest.Eval[string](t, b, `getComputedStyle(document.body).backgroundColor`)
	}
	b.SetScheme(t, "light")
	light := background()
	b.SetScheme(t, "dark")
	dark := background()
	if light == dark {
		t.Errorf("both are %s", light)
	}
	b.Click(t, "#theme")
	if got := background(); got != light {
		t.Errorf("the button makes it %s, want %s", got, light)
	}
}
