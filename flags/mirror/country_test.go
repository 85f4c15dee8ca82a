package mirror

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"getflags/flags"
)

// pages is a site of any layout: what it has, by path.
type pages map[string]string

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := p[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `"`+sum([]byte(body))+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body))
}

// expectFiles wants a clean mirror in which BR has these files alone.
func expectFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	expectWhole(t, dir)
	var got []string
	entries, err := os.ReadDir(filepath.Join(dir, "br"))
	for _, e := range entries {
		if !flags.IsSystemName(e.Name()) {
			got = append(got, e.Name())
		}
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

// Where a site's URLs do not tell what kind of picture it has, a file is named
// by its content; one of another kind takes its place, whether the country's
// directory is swapped or, as something of somebody's is in it, is not.
func TestPictureNamesItself(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, site, o := t.TempDir(), pages{"/br": "GIF89a"}, Options{Site: flags.Site{Template: "http://site/{cc}"}}
		for i, step := range []struct{ body, line, file string }{
			{"GIF89a", "BR new", "br.gif"}, {"GIF89a", "BR same", "br.gif"},
			{"\x89PNG\r\n\x1a\n", "BR changed", "br.png"}, {"\x89PNG\r\n\x1a\n", "BR same", "br.png"},
		} {
			site["/br"] = step.body
			if foreign && i == 1 {
				write(t, filepath.Join(dir, "br/@eaDir/x"), "Synology's")
			}
			lines, notes := updateAndTell(t, dir, site, o, "BR")
			if len(lines) != 1 || lines[0] != step.line || notes != nil {
				t.Errorf("foreign %v: %v, notes %q; want %s", foreign, lines, notes, step.line)
			}
			expectFiles(t, dir, step.file)
		}
	}
}

// Names from a catalogue are kept as metadata that come and go with it, while
// the image stays as it is.
func TestCatalogue(t *testing.T) {
	dir, site := t.TempDir(), pages{"/br.gif": "GIF89a"}
	for _, step := range []struct {
		names    flags.Catalogue
		line     string
		metadata string
	}{
		{flags.Catalogue{"BR": "Brazil"}, "BR new", `{"iso_cc":"BR","country":"Brazil"}`},
		{flags.Catalogue{"BR": "Brazil"}, "BR same", `{"iso_cc":"BR","country":"Brazil"}`},
		{flags.Catalogue{"BR": "Brasil"}, "BR changed", `{"iso_cc":"BR","country":"Brasil"}`},
		{nil, "BR changed", ""},
		{nil, "BR same", ""},
		{flags.Catalogue{"BR": "Brazil"}, "BR changed", `{"iso_cc":"BR","country":"Brazil"}`},
		{flags.Catalogue{"CN": "China"}, "BR changed", ""},
	} {
		manifest := manifestOf(t, dir)
		lines := update(t, dir, site, Options{Site: flags.Site{Template: "http://site/{cc}.gif", Names: "http://site/names"}, Names: step.names}, "BR", "CN")
		if lines[0] != step.line || !strings.HasPrefix(lines[1], "CN not found: ") {
			t.Errorf("%v: %v, want %s", step.names, lines, step.line)
		}
		if step.metadata == "" {
			expectFiles(t, dir, "br.gif")
		} else {
			expectFiles(t, dir, "br.gif", "metadata.json")
			if got := strings.TrimSpace(read(t, filepath.Join(dir, "br/metadata.json"))); got != step.metadata {
				t.Errorf("%v: metadata %s, want %s", step.names, got, step.metadata)
			}
		}
		if after := manifestOf(t, dir); (after == manifest) != (step.line == "BR same") {
			t.Errorf("%s: the manifest is\n%s\nand was\n%s", step.line, after, manifest)
		}
	}
}

func manifestOf(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil && !os.IsNotExist(err) {
		t.Error(err)
	}
	return string(data)
}

// A change tells what the flag is now, and what was here if that does not stay.
func TestChangesTellWhatWas(t *testing.T) {
	dir, site := t.TempDir(), pages{}
	publish := func(version string) {
		site["/br/br.gif"], site["/br/metadata.json"] = "GIF89a "+version, `{"country": "`+version+`"}`
	}
	image := filepath.Join(dir, "br", "br.gif")
	for _, step := range []struct {
		do          func()
		want        Status
		country     string
		now, before string
	}{
		{do: func() { publish("one") }, want: New, country: "one", now: "GIF89a one"},
		{do: func() {}, want: Same, country: "one", now: "GIF89a one"},
		{do: func() { publish("two") }, want: Changed, country: "two", now: "GIF89a two", before: "GIF89a one"},
		{do: func() { write(t, image, "damaged") }, want: Repaired, country: "two", now: "GIF89a two", before: "damaged"},
		{do: func() { os.Remove(image) }, want: Repaired, country: "two", now: "GIF89a two"},
		{do: func() { clear(site) }, want: Gone, country: "two", before: "GIF89a two"},
		{do: func() { os.RemoveAll(filepath.Dir(image)) }, want: Gone},
	} {
		step.do()
		changes, _ := changesOf(t, dir, site, Options{}, "BR")
		if len(changes) != 1 {
			t.Fatalf("%v", changes)
		}
		c := changes[0]
		if c.Status != step.want || c.Country != step.country || string(c.Before) != step.before || c.URL != "http://site/br/br.gif" {
			t.Errorf("%v %q, before %q at %s; want %v %q, before %q", c.Status, c.Country, c.Before, c.URL, step.want, step.country, step.before)
		}
		file, size, sha := "", int64(0), ""
		if step.now != "" {
			file, size, sha = "br/br.gif", int64(len(step.now)), sum([]byte(step.now))
		}
		if c.File != file || c.Size != size || c.SHA256 != sha {
			t.Errorf("%v: %s of %d bytes, %s", c.Status, c.File, c.Size, c.SHA256)
		}
	}
}

// What is gone of a site without metadata tells what it was, too; and a dry run
// tells the same as another, also where there is no directory.
func TestChangesWithoutMetadata(t *testing.T) {
	dir, site, o := t.TempDir(), pages{"/br.gif": "GIF89a"}, Options{Site: flags.Site{Template: "http://site/{cc}.gif"}}
	nowhere := o
	nowhere.DryRun = true
	if lines := update(t, filepath.Join(dir, "nowhere"), site, nowhere, "BR"); fmt.Sprint(lines) != "[BR new]" {
		t.Errorf("%v", lines)
	}
	update(t, dir, site, o, "BR")
	clear(site)
	for _, dry := range []bool{true, false} {
		o.DryRun = dry
		changes, _ := changesOf(t, dir, site, o, "BR")
		if c := changes[0]; c.Status != Gone || string(c.Before) != "GIF89a" || c.Country != "" {
			t.Errorf("%+v", c)
		}
	}
}
