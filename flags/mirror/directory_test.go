package mirror

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/wholefile"
)

// expectWhole holds that a mirror is what its manifest says, and that nothing
// unfinished is left in it.
func expectWhole(t *testing.T, dir string) {
	t.Helper()
	if _, faults, err := Verify(t.Context(), dir); faults != nil || err != nil {
		t.Errorf("%v, %v", faults, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", temps().Prefix+"*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(content), 0o666)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// What systems and file managers put into a mirror stays, and is in nobody's
// way: the country is updated, repaired and pruned, and verify says nothing.
func TestForeignDirectory(t *testing.T) {
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR", "CN")
	foreign := []string{
		"br/@eaDir/br.gif@SynoEAStream", "br/@eaDir/SYNOPHOTO_THUMB_M.jpg", "br/.DS_Store", "br/Thumbs.db",
		"br/.nfs000000000123", "@eaDir/x.gif", "lost+found/y", ".git/HEAD",
	}
	for _, name := range foreign {
		write(t, filepath.Join(dir, name), name)
	}
	check := func(step string) {
		t.Helper()
		for _, name := range foreign {
			if got := read(t, filepath.Join(dir, name)); got != name {
				t.Errorf("%s: %s holds %q", step, name, got)
			}
		}
		expectWhole(t, dir)
	}
	v.now.Add(1)
	if lines := update(t, dir, v, Options{}, "BR", "CN"); !slices.Equal(lines, []string{"BR changed", "CN changed"}) {
		t.Errorf("%v", lines)
	}
	if image, metadata := pair(t, dir); image != "version 1" || metadata != image {
		t.Errorf("image of %s, metadata of %s", image, metadata)
	}
	check("changed")
	write(t, filepath.Join(dir, "br/br.gif"), "damaged")
	if lines := update(t, dir, v, Options{}, "BR", "CN"); !slices.Equal(lines, []string{"BR repaired", "CN same"}) {
		t.Errorf("%v", lines)
	}
	check("repaired")

	m, err := Open(dir, Options{Site: flags.Site{Base: "http://site"}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.gone, m.found = []flags.Code{"BR"}, true
	if codes, err := m.Prune(t.Context(), Limit{N: 1}); len(codes) != 1 || err != nil {
		t.Errorf("%v, %v", codes, err)
	}
	if err := m.Save(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "br/br.gif")); err == nil {
		t.Error("the flag is still there")
	}
	check("pruned")
}

// Other things of somebody's stay as well, but verify tells of the files: they
// are in what others take for the mirror.
func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR")
	write(t, filepath.Join(dir, "br/notes/todo.txt"), "mine")
	write(t, filepath.Join(dir, "br/br.txt"), "mine too")
	if err := os.Symlink("br.gif", filepath.Join(dir, "br", "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	v.now.Add(1)
	if lines := update(t, dir, v, Options{}, "BR"); lines[0] != "BR changed" {
		t.Errorf("%v", lines)
	}
	_, faults, err := Verify(t.Context(), dir)
	var got []string
	for _, f := range faults {
		got = append(got, f.String())
	}
	if diff := cmp.Diff([]string{"unknown br/br.txt", "unknown br/link", "unknown br/notes/todo.txt"}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// What a killed run left of somebody else's, in a directory that was swapped,
// goes back to where it came from.
func TestRepairRescues(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	const left = ".mirror-br-0123456789abcdef.new"
	write(t, filepath.Join(dir, left, "br.gif"), "GIF89a old")
	write(t, filepath.Join(dir, left, "metadata.json"), "{}")
	write(t, filepath.Join(dir, left, "notes.txt"), "mine")
	write(t, filepath.Join(dir, left, "@eaDir/x"), "Synology's")
	write(t, filepath.Join(dir, "br", left+"-br.gif"), "GIF89a half")
	write(t, filepath.Join(dir, "br/both.txt"), "one")
	if err := os.Link(filepath.Join(dir, "br/both.txt"), filepath.Join(dir, left, "both.txt")); err != nil {
		t.Skip("no hard links here:", err)
	}
	if lines := update(t, dir, &versions{}, Options{}, "BR"); lines[0] != "BR same" {
		t.Errorf("%v", lines)
	}
	for name, want := range map[string]string{"notes.txt": "mine", "@eaDir/x": "Synology's", "both.txt": "one", "br.gif": "GIF89a version 0"} {
		if got := read(t, filepath.Join(dir, "br", name)); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", temps().Prefix+"*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Lstat(filepath.Join(dir, left)); err == nil {
		t.Error("the leftover is still there")
	}
}

// A file that is its owner's to protect, in a mirror's place or a lock's of
// earlier versions, is not written to, whatever links to it.
func TestLockWritesNothing(t *testing.T) {
	for name, link := range map[string]func(old, new string) error{"hard": os.Link, "symbolic": os.Symlink} {
		dir, precious := t.TempDir(), filepath.Join(t.TempDir(), "precious")
		write(t, precious, "precious data")
		if err := link(precious, filepath.Join(dir, lockName)); err != nil {
			t.Logf("no %s links here: %v", name, err)
			continue
		}
		update(t, dir, &versions{}, Options{}, "BR")
		if got := read(t, precious); got != "precious data" {
			t.Errorf("%s link: what it points to holds %q", name, got)
		}
		expectWhole(t, dir)
	}
}

// One run at a time is at work in a directory, and the other says so; also a
// download, which may not put files where another replaces them.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	m, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, wholefile.ErrInUse) || !strings.Contains(err.Error(), "another run") || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	m, err = Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
}

// An image that has not changed is not written anew when its metadata have.
func TestUnchangedPartStays(t *testing.T) {
	dir := t.TempDir()
	site := newTelling("br")
	site.expect(t, dir, []string{"BR new", "CN not found: " + goneText})
	before, err := os.Stat(filepath.Join(dir, "br/br.gif"))
	if err != nil {
		t.Fatal(err)
	}
	site.set["br/metadata.json"].Data = []byte(`{"country": "anew"}`)
	site.expect(t, dir, []string{"BR changed", "CN not found: " + goneText})
	after, err := os.Stat(filepath.Join(dir, "br/br.gif"))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the image is another file: %v", err)
	}
	expectWhole(t, dir)
}

// A directory of an earlier version without its name gets it back, and one
// that is about no country is left to whoever made it.
func TestOddLeftovers(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	write(t, filepath.Join(dir, ".mirror-..-0.old", "x"), "x")
	m, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	notes := m.Notes()
	if len(notes) != 1 || !strings.HasPrefix(notes[0], ".mirror-..-0.old is left over, as it cannot be removed: ") {
		t.Errorf("%q", notes)
	}
	if again := m.Notes(); again != nil {
		t.Errorf("told twice: %q", again)
	}
	if got := read(t, filepath.Join(dir, ".mirror-..-0.old", "x")); got != "x" {
		t.Errorf("%q", got)
	}
}

// Without room to tell of it nothing is replaced: with a manifest that cannot
// be written, the mirror is still what the old one says.
func TestNothingReplacedThatCannotBeTold(t *testing.T) {
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR")
	server := httptest.NewServer(v)
	defer server.Close()
	m, err := Open(dir, Options{Site: flags.Site{Base: "http://site"}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	v.now.Add(1)
	m.ledger.manifest = m.tree.Draft(strings.Repeat("x", 300)) // as good as any other error
	d := downloader.New(downloader.Options{Transport: redirecting{server.Listener.Addr().String()}})
	defer d.Close()
	for c := range m.Update(t.Context(), d, []flags.Code{"BR"}) {
		if c.Status != Failed {
			t.Errorf("%v", c.Status)
		}
	}
	if err := m.Save(); err != nil {
		t.Error(err)
	}
	expectWhole(t, dir)
}
