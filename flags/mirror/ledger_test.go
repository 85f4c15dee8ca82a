package mirror

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"getflags/flags"
	"getflags/flags/gallery"
)

// opened is a mirror in a directory, at most until the test ends.
func opened(t *testing.T, dir string, o Options) *Mirror {
	t.Helper()
	if o.Site == (flags.Site{}) {
		o.Site = flags.Site{Base: "http://site"}
	}
	m, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	return m
}

// sizeOnDisk is that of a draft's file.
func sizeOnDisk(t *testing.T, d *draft) int64 {
	t.Helper()
	info, err := d.store.root.Lstat(d.temp)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// A draft takes the room that it is asked for, no more, and is as long as its
// content in the end.
func TestDraftTakesRoom(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	d := m.draft("x")
	for _, step := range []struct{ ask, want int64 }{{100, 100}, {250, 250}, {250, 250}, {50, 250}} {
		if err := d.reserve(step.ask); err != nil {
			t.Fatal(err)
		}
		if got := sizeOnDisk(t, d); got != step.want {
			t.Errorf("asked for %d bytes: %d, want %d", step.ask, got, step.want)
		}
	}
	if err := d.fill([]byte("short")); err != nil {
		t.Error(err)
	}
	if err := d.place(); err != nil {
		t.Error(err)
	}
	if got := read(t, filepath.Join(dir, "x")); got != "short" {
		t.Errorf("%q", got)
	}
}

// A draft that could not be written says so.
func TestDraftThatCannotBeWritten(t *testing.T) {
	m := opened(t, t.TempDir(), Options{})
	d := m.draft("x")
	defer d.discard()
	if err := d.begin(); err != nil {
		t.Fatal(err)
	}
	d.file.Close()
	file, err := m.root.Open(d.temp) // to read only
	if err != nil {
		t.Fatal(err)
	}
	d.file = file
	if err := d.fill([]byte("content")); err == nil || !strings.HasPrefix(err.Error(), "x: ") {
		t.Errorf("%v", err)
	}
}

// However much comes, and whatever tag the site's sums get, there is room to
// tell of it together with what was there; and a run that ends without telling
// leaves no trace.
func TestLedgerHasRoom(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, holding{codes: land(9)}, Options{}, land(9)...)
	m := opened(t, dir, Options{})
	for _, name := range []string{"br/br.gif", "cn/cn.gif"} {
		e := Entry{Name: name, URL: "http://site/" + name, SHA256: sum(nil), ETag: strings.Repeat("x", maxField)}
		m.next[name] = e
		if err := m.reserve(entries{name: e}); err != nil {
			t.Fatal(err)
		}
		manifest, err := m.next.encode(m.Site(), strings.Repeat(`"`, maxField))
		if err != nil {
			t.Fatal(err)
		}
		if room := sizeOnDisk(t, m.ledger.manifest); room < int64(len(manifest)) {
			t.Errorf("with %s: room for %d bytes of a manifest of %d", name, room, len(manifest))
		}
		if room, sums := sizeOnDisk(t, m.ledger.sums), m.next.sums(); room < int64(len(sums)) {
			t.Errorf("with %s: room for %d bytes of sums of %d", name, room, len(sums))
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	expectFlags(t, dir, land(9))
}

// A page has the gallery's name, and is replaced when it is another.
func TestSavePage(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, gallery.Name)
	if err := opened(t, dir, Options{DryRun: true}).SavePage([]byte("page")); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(name); err == nil {
		t.Error("a dry run has saved a page")
	}
	m := opened(t, dir, Options{})
	var last os.FileInfo
	for _, page := range []string{"one", "one", "longer", "two"} {
		if err := m.SavePage([]byte(page)); err != nil {
			t.Error(err)
		}
		if got := read(t, name); got != page {
			t.Errorf("%q, want %q", got, page)
		}
		info, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && os.SameFile(last, info) != (last.Size() == info.Size()) {
			t.Errorf("%q: the same file as before: %v", page, os.SameFile(last, info))
		}
		last = info
	}
	if err := m.replace(strings.Repeat("x", 300), nil); err == nil {
		t.Error("a name that is too long was given")
	}
}
