package mirror

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"getflags/downloader"
	"getflags/flags"
)

// version is a country's image and metadata.
func version(content string) []downloader.File {
	return []downloader.File{
		{Name: "br/br.gif", Data: []byte("GIF89a " + content)}, {Name: "br/metadata.json", Data: []byte(content)},
	}
}

// listed are the names in a country's directory, none if there is none.
func listed(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "br"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A country's files appear, and change, in one step, also beside a file of
// somebody's: as a directory that is whole before it gets its name. Where two
// directories cannot be exchanged, the country's stays.
func TestFilesChangeInOneStep(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	at := func(name string) fs.FileInfo {
		t.Helper()
		found, _ := filepath.Glob(filepath.Join(dir, name))
		if len(found) != 1 {
			t.Fatalf("%s: %v", name, found)
		}
		info, err := os.Stat(found[0])
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	put := func(content string) (inOneStep bool) {
		t.Helper()
		var whole fs.FileInfo
		if err := m.store.PutStaged(t.Context(), version(content), func() { whole = at(tempPrefix + "br-*") }); err != nil {
			t.Error(err)
		}
		if image := read(t, filepath.Join(dir, "br/br.gif")); image != "GIF89a "+content {
			t.Errorf("%q, want %s", image, content)
		}
		return os.SameFile(whole, at("br"))
	}
	if !put("one") {
		t.Error("a new country does not appear in one step")
	}
	inOneStep := put("two")
	if m.noSwap.Load() || runtime.GOOS != "linux" {
		t.Skip("two directories cannot be exchanged here")
	}
	if !inOneStep {
		t.Error("a country does not change in one step")
	}
	write(t, filepath.Join(dir, "br/notes.txt"), "mine")
	if !put("three") {
		t.Error("one with a file of somebody's does not change in one step")
	}
	m.noSwap.Store(true)
	if put("four") {
		t.Error("one that cannot be exchanged was")
	}
	if got := listed(t, dir); !slices.Equal(got, []string{"br.gif", "metadata.json", "notes.txt"}) {
		t.Errorf("in the end it has %v", got)
	}
	if got := read(t, filepath.Join(dir, "br/notes.txt")); got != "mine" {
		t.Errorf("somebody's file holds %q", got)
	}
}

// Where files are replaced one by one, and one cannot be, those before it are
// again what they were: of the old version, or not there.
func TestReplacedFilesArePutBack(t *testing.T) {
	for _, existed := range []bool{true, false} {
		dir := t.TempDir()
		m := opened(t, dir, Options{})
		m.noSwap.Store(true)
		if existed {
			if err := m.store.Put(t.Context(), version("old")); err != nil {
				t.Fatal(err)
			}
		}
		metadata := filepath.Join(dir, "br", metadataName)
		err := m.store.PutStaged(t.Context(), version("new"), func() { // somebody puts a directory in the way
			os.Remove(metadata)
			write(t, filepath.Join(metadata, "x"), "mine")
		})
		var refused *downloader.FileError
		if !errors.As(err, &refused) || refused.Name != "br/metadata.json" || strings.Contains(err.Error(), "put back") {
			t.Errorf("existed: %v: %v", existed, err)
		}
		image, err := os.ReadFile(filepath.Join(dir, "br", "br.gif"))
		if existed && string(image) != "GIF89a old" || !existed && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("existed: %v: the image is %q, %v", existed, image, err)
		}
		m.finish()
		for _, name := range listed(t, dir) {
			if isTemp(name) {
				t.Errorf("existed: %v: %s is left", existed, name)
			}
		}
	}
}

// A new country that cannot be had leaves no directory.
func TestNewCountryThatFails(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	m.noSwap.Store(true)
	// The name can be had, but not with more before it, as it is to be written under first.
	long := "br/br." + strings.Repeat("x", 240)
	if err := m.store.Put(t.Context(), []downloader.File{{Name: long}}); err == nil {
		t.Error("no error")
	}
	m.finish()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// What could not be removed at first is, or is told of, in the end.
func TestLeftoversAreRemovedLater(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	for name, err := range map[string]error{"done": nil, "gone": fs.ErrNotExist, "left": syscall.EMFILE} {
		m.later(tempPrefix+name, err)
	}
	write(t, filepath.Join(dir, tempPrefix+"done"), "of a new run")
	write(t, filepath.Join(dir, tempPrefix+"left"), "")
	m.finish()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != tempPrefix+"done" || m.Notes() != nil {
		t.Errorf("%v, %v, %v", entries, err, m.Notes())
	}
}

// Of two files of somebody's with one name neither is removed.
func TestRepairKeepsBoth(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	left := filepath.Join(dir, ".mirror-br-0123456789abcdef.new")
	write(t, filepath.Join(left, "both.txt"), "one")
	write(t, filepath.Join(dir, "br/both.txt"), "other")
	_, notes := updateAndTell(t, dir, &versions{}, Options{}, "BR")
	if len(notes) != 1 || !strings.HasSuffix(notes[0], "both.txt is somebody else's, as is br/both.txt") {
		t.Errorf("%q", notes)
	}
	if one, other := read(t, filepath.Join(left, "both.txt")), read(t, filepath.Join(dir, "br/both.txt")); one != "one" || other != "other" {
		t.Errorf("%q, %q", one, other)
	}
}

// What stands in the place of a flag, but is none, is not pruned; the flag is.
func TestPruneLeavesWhatIsNoFlag(t *testing.T) {
	for _, name := range []string{"br", "br/br.gif/x", "br/metadata.json"} {
		dir := t.TempDir()
		update(t, dir, &versions{}, Options{}, "BR", "CN")
		at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
		switch name {
		case "br":
			os.RemoveAll(at("br"))
		case "br/br.gif/x":
			os.Remove(at("br/br.gif"))
		case "br/metadata.json":
			os.Rename(at("br/metadata.json"), at("br/x"))
			if err := os.Symlink("x", at("br/metadata.json")); err != nil {
				t.Skip("no symbolic links here:", err)
			}
		}
		write(t, at(name), "mine") // in br/metadata.json, through the link
		m := opened(t, dir, Options{})
		m.gone, m.found = []flags.Code{"BR"}, true
		if codes, err := m.Prune(t.Context(), Limit{N: 1}); len(codes) != 1 || err != nil {
			t.Errorf("%s: %v, %v", name, codes, err)
		}
		if got := read(t, at(name)); got != "mine" {
			t.Errorf("%s holds %q", name, got)
		}
		for _, flag := range []string{"br/br.gif", "br/metadata.json"} {
			if info, err := os.Lstat(at(flag)); err == nil && info.Mode().IsRegular() {
				t.Errorf("%s: there still is %s", name, flag)
			}
		}
	}
}

// What is no file is not taken away, nor missed.
func TestTakeAwayFilesOnly(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	write(t, filepath.Join(dir, "br/br.gif/x"), "mine")
	write(t, filepath.Join(dir, "br/br.png"), "picture")
	os.Mkdir(filepath.Join(dir, "temp"), 0o777)
	for name, taken := range map[string]bool{"br/br.gif": false, "br/br.svg": false, "br/br.png": true} {
		if err := m.takeAway(name, "temp"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Lstat(filepath.Join(dir, "temp", filepath.Base(name))); (err == nil) != taken {
			t.Errorf("%s: taken: %v", name, err == nil)
		}
	}
}

// What was taken away comes back whole, but for what is not there any more.
func TestGiveBack(t *testing.T) {
	dir := t.TempDir()
	m := opened(t, dir, Options{})
	if err := m.store.Put(t.Context(), version("old")); err != nil {
		t.Fatal(err)
	}
	files := []Entry{{Name: "br/br.gif"}, {Name: "br/metadata.json"}}
	os.Mkdir(filepath.Join(dir, "temp"), 0o777)
	for _, e := range files {
		if err := m.takeAway(e.Name, "temp"); err != nil {
			t.Error(err)
		}
	}
	os.Remove(filepath.Join(dir, "temp", metadataName))
	for range 2 { // the second time there is nothing
		if err := m.giveBack(files, "temp"); err != nil {
			t.Error(err)
		}
	}
	if got := listed(t, dir); !slices.Equal(got, []string{"br.gif"}) {
		t.Errorf("%v", got)
	}
	write(t, filepath.Join(dir, "temp", "br.gif"), "GIF89a")
	os.Remove(filepath.Join(dir, "br", "br.gif"))
	write(t, filepath.Join(dir, "br", "br.gif", "x"), "mine")
	if err := m.giveBack(files, "temp"); err == nil || !strings.HasPrefix(err.Error(), "br/br.gif: ") {
		t.Errorf("%v", err)
	}
}
