package mirror

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"getflags/flags"
	"getflags/internal/wholefile"
)

// A date tells versions apart only if the file was two seconds old when it was
// fetched.
func TestSettledDates(t *testing.T) {
	modified := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for age, want := range map[time.Duration]bool{
		-time.Hour: false, 0: false, time.Second: false, 2 * time.Second: true, time.Hour: true,
	} {
		e := Entry{LastModified: modified.Format(http.TimeFormat), Fetched: modified.Add(age)}
		if got := e.settled(); got != want {
			t.Errorf("fetched %v later: settled: %v", age, got)
		}
	}
	if (Entry{LastModified: "yesterday", Fetched: modified}).settled() {
		t.Error("settled without a date")
	}
}

// What a site says of its files, and of its list of sums, is kept up to 1 KiB a
// field; a time of fetching is by the clock that is behind.
func TestManifestKeepsFields(t *testing.T) {
	hourAgo := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for _, tt := range []struct {
		length int
		date   time.Time
		kept   bool
	}{
		{10, hourAgo, true}, {maxField, hourAgo.Add(2 * time.Hour), true}, {maxField + 1, hourAgo, false},
	} {
		dir, set, field := t.TempDir(), newTelling("br"), strings.Repeat("x", tt.length)
		site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", field)
			w.Header().Set("Last-Modified", field)
			w.Header().Set("Date", tt.date.Format(http.TimeFormat))
			if strings.HasSuffix(r.URL.Path, SumsName) {
				for name, file := range set.set {
					fmt.Fprintf(w, "%s  %s\n", sum(file.Data), name)
				}
				return
			}
			w.Write(set.set[strings.TrimPrefix(r.URL.Path, "/")].Data)
		})
		update(t, dir, site, Options{}, "BR")
		m, err := DecodeManifest([]byte(manifestOf(t, dir)))
		if err != nil || len(m.Files) != 2 {
			t.Fatalf("%v, %v", m, err)
		}
		want := map[bool]string{true: field}[tt.kept]
		if e := m.Files[0]; e.ETag != want || e.LastModified != want || m.SumsETag != want {
			t.Errorf("%d bytes: of ETag, Last-Modified and the sums' ETag %d, %d, %d are kept",
				tt.length, len(e.ETag), len(e.LastModified), len(m.SumsETag))
		}
		if fetched := m.Files[0].Fetched; fetched.Equal(tt.date) != tt.date.Equal(hourAgo) {
			t.Errorf("fetched at %v, by the site's clock at %v", fetched, tt.date)
		}
	}
}

// What somebody changes while the mirror is at work is not taken for what it
// was.
func TestLoadOfChangedFile(t *testing.T) {
	dir := t.TempDir()
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	p := &part{name: "x", now: Entry{SHA256: sum([]byte("as it was"))}}
	for content, want := range map[string]string{
		"as it was": "<nil>", "as it is": "was changed by somebody else just now",
	} {
		write(t, filepath.Join(dir, "x"), content)
		if err := p.load(root); fmt.Sprint(err) != want || string(p.data) != content {
			t.Errorf("%q: %q, %v; want %s", content, p.data, err, want)
		}
	}
	os.Remove(filepath.Join(dir, "x"))
	if err := p.load(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
}

// Without a manifest that can be read it is the directories that tell which
// flags there are.
func TestCodesOfDamagedManifest(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR", "CN")
	for _, name := range []string{"b", "brazil", "@eaDir", "DE", "fr.old"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "es"), "a file")
	write(t, filepath.Join(dir, ManifestName), "{")
	m, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if got := m.Codes(); !slices.Equal(got, []flags.Code{"BR", "CN"}) || m.Forgotten == nil {
		t.Errorf("%v, %v", got, m.Forgotten)
	}
}

// CheckDir tells of a manifest of a newer form, and of nothing else.
func TestCheckDir(t *testing.T) {
	dir := t.TempDir()
	check := func(what, dir string, newer bool) {
		t.Helper()
		err := CheckDir(dir)
		var version *VersionError
		if errors.As(err, &version) != newer || (err != nil) != newer || newer && !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("no directory", filepath.Join(dir, "missing"), false)
	check("no manifest", dir, false)
	for manifest, newer := range map[string]bool{
		"": false, "{": false, `{"version": 1, "files": []}`: false, `{"version": 2}`: true,
	} {
		write(t, filepath.Join(dir, ManifestName), manifest)
		check(manifest, dir, newer)
	}
}

// Names in a manifest are those of a mirror's files.
func TestManifestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"br/br.gif": true, "br/br.svg": true, "br/metadata.json": true, "br/br.old picture.gif": true,
		"br/cn.gif": false, "br.gif": false, "BR/BR.gif": false, "br/x/br.gif": false, "br/br.\x1f": false, "br/br.a:b": false,
	} {
		if got := (Entry{Name: name}).wellNamed(); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// A manifest that could not be read again is not written.
func TestManifestLimit(t *testing.T) {
	for size, fits := range map[int]bool{0: true, maxManifest: true, maxManifest + 1: false} {
		var limit *wholefile.LimitError
		if err := tooLong(size); errors.As(err, &limit) == fits || fits && err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
