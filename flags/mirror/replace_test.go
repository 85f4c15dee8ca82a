package mirror

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"getflags/flags"
)

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
