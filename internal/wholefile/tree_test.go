package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A grove is a tree with homes of two letters, such as br, whose files are
// br/br.gif, br/metadata.json, and what else it says.
type grove struct {
	*Tree
	path string
	past map[string]bool

	mu    sync.Mutex
	notes []string
}

// plant makes a tree in a directory, which is open until the test ends.
func plant(t *testing.T, name string) *grove {
	t.Helper()
	dir, err := MakeDir(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dir.Close(); err != nil {
			t.Error(err)
		}
	})
	g := &grove{path: name, past: map[string]bool{}}
	g.Tree = NewTree(dir, Rules{
		Temps: Temps{".mirror-", ".new"},
		IsHome: func(name string) bool {
			return len(name) == 2 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
		},
		IsOwn: func(name string) bool {
			base := path.Base(name)
			return base == "metadata.json" || strings.HasPrefix(base, path.Dir(name)+".")
		},
		IsPast: func(name string) bool { return g.past[name] },
		Note: func(tr Trouble, name string, cause error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.notes = append(g.notes, fmt.Sprintf("%d %s: %v", tr, name, cause))
		},
	})
	return g
}

// edition are a home's files.
func edition(content string) []File {
	return []File{{Name: "br/br.gif", Data: []byte("GIF " + content)}, {Name: "br/metadata.json", Data: []byte(content)}}
}

// put puts an edition that is all right.
func (g *grove) put(t *testing.T, content string) {
	t.Helper()
	if err := g.Put(edition(content), func() {}); err != nil {
		t.Error(err)
	}
	g.expect(t, map[string]string{"br/br.gif": "GIF " + content, "br/metadata.json": content})
}

// expect wants files, of any others only that they are not temporary, and no
// notes.
func (g *grove) expect(t *testing.T, want map[string]string) {
	t.Helper()
	got := contents(t, g.path)
	for name, content := range want {
		if found, ok := got[name]; found != content || !ok {
			t.Errorf("%s: %q (%v), want %q", name, found, ok, content)
		}
	}
	if err := filepath.WalkDir(g.path, func(name string, e fs.DirEntry, err error) error {
		if g.rules.Temps.Begins(name) {
			t.Errorf("%s is left", name)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	g.expectNotes(t)
}

func (g *grove) expectNotes(t *testing.T, want ...string) {
	t.Helper()
	g.Finish()
	g.mu.Lock()
	defer g.mu.Unlock()
	if diff := cmp.Diff(want, g.notes); diff != "" {
		t.Error(diff)
	}
	g.notes = nil
}

func (g *grove) at(name string) string { return filepath.Join(g.path, filepath.FromSlash(name)) }

// names are those in a directory.
func (g *grove) names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(g.at(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// inOneStep puts an edition and reports whether the home is a directory that was
// whole before it had its name.
func (g *grove) inOneStep(t *testing.T, content string) bool {
	t.Helper()
	var whole fs.FileInfo
	err := g.Put(edition(content), func() {
		found, err := filepath.Glob(g.at(".mirror-br-*"))
		if len(found) != 1 || err != nil {
			t.Fatalf("%v, %v", found, err)
		}
		if whole, err = os.Stat(found[0]); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Error(err)
	}
	g.expect(t, map[string]string{"br/br.gif": "GIF " + content, "br/metadata.json": content})
	home, err := os.Stat(g.at("br"))
	return err == nil && os.SameFile(whole, home)
}

// The files of a home appear, and change, in one step, also beside a file of
// somebody's: as a directory that is whole before it gets its name. Where two
// directories cannot be exchanged, the home stays.
func TestFilesChangeInOneStep(t *testing.T) {
	g := plant(t, t.TempDir())
	if !g.inOneStep(t, "one") {
		t.Error("a new home does not appear in one step")
	}
	inOneStep := g.inOneStep(t, "two")
	if g.noSwap.Load() || runtime.GOOS != "linux" {
		t.Skip("two directories cannot be exchanged here")
	}
	if !inOneStep {
		t.Error("a home does not change in one step")
	}
	write(t, g.at("br/notes.txt"), "mine")
	if !g.inOneStep(t, "three") {
		t.Error("one with a file of somebody's does not change in one step")
	}
	write(t, g.at("br/@eaDir/x"), "somebody's")
	if g.inOneStep(t, "four") {
		t.Error("one with a directory of somebody's was exchanged")
	}
	os.RemoveAll(g.at("br/@eaDir"))
	g.noSwap.Store(true)
	if g.inOneStep(t, "five") {
		t.Error("one that cannot be exchanged was")
	}
	g.expect(t, map[string]string{"br/notes.txt": "mine"})
	if got := g.names(t, "br"); len(got) != 3 {
		t.Errorf("in the end there are %v", got)
	}
}

// Files of the past go with the next edition, whichever way that comes; what
// bears such a name, but is no file, does not.
func TestPastFilesGo(t *testing.T) {
	for _, noSwap := range []bool{false, true} {
		g := plant(t, t.TempDir())
		g.noSwap.Store(noSwap)
		g.put(t, "one")
		for _, name := range []string{"br/br.png", "br/old", "br/dir"} {
			g.past[name] = true
		}
		write(t, g.at("br/br.png"), "past")
		write(t, g.at("br/old"), "past")
		write(t, g.at("br/br.txt"), "somebody's")
		g.put(t, "two")
		if got := g.names(t, "br"); !slices.Equal(got, []string{"br.gif", "br.txt", "metadata.json"}) {
			t.Errorf("no swap: %v: %v", noSwap, got)
		}
		write(t, g.at("br/dir/x"), "somebody's")
		g.put(t, "three")
		g.expect(t, map[string]string{"br/dir/x": "somebody's"})
	}
}

// Where files are replaced one by one, and one cannot be, those before it are
// again what they were: of the old edition, or not there.
func TestReplacedFilesArePutBack(t *testing.T) {
	for _, existed := range []bool{true, false} {
		g := plant(t, t.TempDir())
		g.noSwap.Store(true)
		if existed {
			g.put(t, "old")
		}
		err := g.Put(edition("new"), func() { // somebody puts a directory in the way
			os.Remove(g.at("br/metadata.json"))
			write(t, g.at("br/metadata.json/x"), "mine")
		})
		var refused *Error
		if !errors.As(err, &refused) || refused.Name != "br/metadata.json" || strings.Contains(err.Error(), "put back") {
			t.Errorf("existed: %v: %v", existed, err)
		}
		g.expect(t, map[string]string{"br/metadata.json/x": "mine"})
		image, err := os.ReadFile(g.at("br/br.gif"))
		if existed && string(image) != "GIF old" || !existed && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("existed: %v: the image is %q, %v", existed, image, err)
		}
	}
}

// What cannot be put back is told of, too.
func TestUndoThatFails(t *testing.T) {
	g := plant(t, t.TempDir())
	r := &replacement{Tree: g.Tree, home: &home{name: "br", old: map[string]fs.FileInfo{"br/b": nil}}, temp: "temp"}
	err := r.undo([]File{{Name: "br/a"}, {Name: "br/b"}})
	cause := "the old file cannot be put back: no such file or directory"
	if want := "br/a: " + cause + "\nbr/b: " + cause; runtime.GOOS != "windows" && (err == nil || err.Error() != want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// A new home whose files cannot be had leaves no directory.
func TestNewHomeThatFails(t *testing.T) {
	g := plant(t, t.TempDir())
	g.noSwap.Store(true)
	// The name can be had, but not with more before it, as it is to be written under first.
	long := "br/br." + strings.Repeat("x", 240)
	if err := g.Put([]File{{Name: long}}, func() { t.Error("staged") }); err == nil || !strings.HasPrefix(err.Error(), long+": ") {
		t.Errorf("%v", err)
	}
	g.expectNotes(t)
	if got := g.names(t, "."); got != nil {
		t.Errorf("left: %v", got)
	}
	// With a swap it can.
	g.noSwap.Store(false)
	if err := g.Put([]File{{Name: long, Data: []byte("x")}}, func() {}); err != nil {
		t.Error(err)
	}
	g.expect(t, map[string]string{long: "x"})
}

// What is not to be replaced is refused before anything is.
func TestPutIntoTreeRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(g *grove) error
		want  string
	}{
		"a file for a home":     {func(g *grove) error { os.RemoveAll(g.at("br")); return os.WriteFile(g.at("br"), nil, 0o666) }, "br: is a regular file, not a directory"},
		"a link for a home":     {func(g *grove) error { os.Rename(g.at("br"), g.at("x")); return os.Symlink("x", g.at("br")) }, "br: is a symbolic link, not a directory"},
		"a read-only home":      {func(g *grove) error { return os.Chmod(g.at("br"), 0o555) }, "br: is read-only"},
		"a read-only file":      {func(g *grove) error { return os.Chmod(g.at("br/metadata.json"), 0o444) }, "br/metadata.json: is read-only"},
		"a directory, not file": {func(g *grove) error { os.Remove(g.at("br/br.gif")); return os.Mkdir(g.at("br/br.gif"), 0o777) }, "br/br.gif: is a directory, not a regular file"},
	} {
		g := plant(t, t.TempDir())
		g.put(t, "old")
		if err := tt.spoil(g); err != nil {
			t.Log(name, err)
			continue
		}
		before := contents(t, g.path)
		err := g.Put(edition("new"), func() { t.Error(name, "was staged") })
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
		os.Chmod(g.at("br"), 0o777)
		if diff := cmp.Diff(before, contents(t, g.path)); diff != "" {
			t.Error(name, diff)
		}
		g.expectNotes(t)
	}
}

// A past file that became something else meanwhile stays, and is told of.
func TestStays(t *testing.T) {
	g := plant(t, t.TempDir())
	g.noSwap.Store(true)
	g.put(t, "one")
	write(t, g.at("br/old"), "past")
	g.past["br/old"] = true
	err := g.Put(edition("two"), func() {
		os.Remove(g.at("br/old"))
		write(t, g.at("br/old/x"), "somebody's")
	})
	if err != nil {
		t.Error(err)
	}
	g.expectNotes(t, fmt.Sprintf("%d br/old: directory not empty", Stays))
	g.expect(t, map[string]string{"br/old/x": "somebody's", "br/metadata.json": "two"})
}

// Files have the time that they are to have, or that of now.
func TestTimes(t *testing.T) {
	g := plant(t, t.TempDir())
	then := time.Date(2014, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, noSwap := range []bool{false, true} {
		g.noSwap.Store(noSwap)
		if err := g.Put([]File{{Name: "br/a", ModTime: then}, {Name: "br/b"}}, func() {}); err != nil {
			t.Error(err)
		}
		a, err1 := os.Stat(g.at("br/a"))
		b, err2 := os.Stat(g.at("br/b"))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !a.ModTime().Equal(then) || time.Since(b.ModTime()).Abs() > time.Hour {
			t.Errorf("%v, %v", a.ModTime(), b.ModTime())
		}
	}
	if err := g.SetTime("br/b", then); err != nil {
		t.Error(err)
	}
	if b, err := os.Stat(g.at("br/b")); err != nil || !b.ModTime().Equal(then) {
		t.Errorf("%v, %v", b, err)
	}
	if err := g.SetTime("none", then); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// Homes are replaced by several goroutines at once.
func TestManyHomes(t *testing.T) {
	g := plant(t, t.TempDir())
	want := map[string]string{}
	var putting sync.WaitGroup
	for i := range 20 {
		home := string(rune('a'+i)) + "x"
		want[home+"/"+home+".gif"] = home
		putting.Go(func() {
			for range 3 {
				if err := g.Put([]File{{Name: home + "/" + home + ".gif", Data: []byte(home)}}, func() {}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	putting.Wait()
	g.expect(t, want)
	if got := contents(t, g.path); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
