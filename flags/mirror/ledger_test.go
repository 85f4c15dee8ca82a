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

// roomTaken are the sizes of the files that the ledger takes room with: the sums
// need less than the manifest.
func roomTaken(t *testing.T, dir string) (manifest, sums int64) {
	t.Helper()
	drafts, err := filepath.Glob(filepath.Join(dir, temps().Prefix+"*"))
	if len(drafts) != 2 || err != nil {
		t.Fatalf("%v, %v", drafts, err)
	}
	var sizes []int64
	for _, name := range drafts {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	return max(sizes[0], sizes[1]), min(sizes[0], sizes[1])
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
		forManifest, forSums := roomTaken(t, dir)
		if forManifest < int64(len(manifest)) {
			t.Errorf("with %s: room for %d bytes of a manifest of %d", name, forManifest, len(manifest))
		}
		if sums := m.next.sums(); forSums < int64(len(sums)) {
			t.Errorf("with %s: room for %d bytes of sums of %d", name, forSums, len(sums))
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
}
