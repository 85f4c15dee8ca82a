package wholefile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a killed run left is removed, or gets its name back, and nothing of
// somebody else's is lost.
func TestRepair(t *testing.T) {
	const left = ".mirror-br-0123456789abcdef.new"
	for name, tt := range map[string]struct {
		before, after map[string]string
		note          string
	}{
		"a file":               {map[string]string{".mirror--1.new": "x", "x": "x"}, map[string]string{"x": "x"}, ""},
		"a file about a home":  {map[string]string{left: "x", "br/br.gif": "x"}, map[string]string{"br/br.gif": "x"}, ""},
		"one never finished":   {map[string]string{left + "/br.gif": "new", "br/br.gif": "old"}, map[string]string{"br/br.gif": "old"}, ""},
		"one of a new home":    {map[string]string{left + "/br.gif": "new"}, map[string]string{}, ""},
		"a temporary in one":   {map[string]string{left + "/" + left + "-x": "new"}, map[string]string{}, ""},
		"waiting files":        {map[string]string{left + "/br.gif": "", "br/" + left + "-br.gif": "new", "br/br.gif": "old"}, map[string]string{"br/br.gif": "old"}, ""},
		"only waiting files":   {map[string]string{left + "/br.gif": "", "br/" + left + "-br.gif": "new"}, map[string]string{}, ""},
		"somebody's file":      {map[string]string{left + "/notes": "mine", "br/br.gif": "x"}, map[string]string{"br/notes": "mine", "br/br.gif": "x"}, ""},
		"somebody's directory": {map[string]string{left + "/br.gif/x": "mine", "br/y": "y"}, map[string]string{"br/br.gif/x": "mine", "br/y": "y"}, ""},
		"an old name":          {map[string]string{".mirror-br-1.old/br.gif": "old"}, map[string]string{"br/br.gif": "old"}, ""},
		"an old name in use":   {map[string]string{".mirror-br-1.old/br.gif": "old", "br/br.gif": "new"}, map[string]string{"br/br.gif": "new"}, ""},
		"a past file":          {map[string]string{left + "/past": "past", "br/br.gif": "x"}, map[string]string{"br/br.gif": "x"}, ""},
		"no home's": {
			map[string]string{".mirror-..-0.old/metadata.txt": "x"}, map[string]string{".mirror-..-0.old/metadata.txt": "x"},
			".mirror-..-0.old: file already exists",
		},
		"two of somebody's": {
			map[string]string{left + "/both": "one", "br/both": "other"}, map[string]string{left + "/both": "one", "br/both": "other"},
			left + ": both is somebody else's, as is br/both",
		},
		"one without its home": {
			map[string]string{left + "/notes": "mine"}, map[string]string{left + "/notes": "mine"},
			"", // it is found, and stays, as long as there is no home
		},
	} {
		g := plant(t, t.TempDir())
		g.past["br/past"] = true
		for name, content := range tt.before {
			write(t, g.at(name), content)
		}
		g.Repair()
		var want []string
		if tt.note != "" {
			want = []string{fmt.Sprintf("%d %s", Leftover, tt.note)}
		}
		g.expectNotes(t, want...)
		if diff := cmp.Diff(tt.after, contents(t, g.path)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, dir := range g.names(t, ".") {
			if _, err := os.ReadDir(g.at(dir)); err == nil && len(contents(t, g.at(dir))) == 0 {
				t.Errorf("%s: left is %s, which is empty", name, dir)
			}
		}
	}
}

// A file with a second name in the home loses the temporary one.
func TestRepairOfLinks(t *testing.T) {
	g := plant(t, t.TempDir())
	write(t, g.at("br/both"), "one")
	os.Mkdir(g.at(".mirror-br-1.new"), 0o777)
	if err := os.Link(g.at("br/both"), g.at(".mirror-br-1.new/both")); err != nil {
		t.Skip("no hard links here:", err)
	}
	g.Repair()
	g.expect(t, map[string]string{"br/both": "one"})
}

// A directory that cannot be read any more is told of.
func TestRepairThatCannotLook(t *testing.T) {
	g := plant(t, t.TempDir())
	g.dir.self.Close()
	g.Repair()
	if len(g.notes) != 1 || !strings.HasPrefix(g.notes[0], fmt.Sprintf("%d : ", Leftover)) {
		t.Errorf("%q", g.notes)
	}
	var err error
	if g.dir.self, err = g.dir.Open("."); err != nil {
		t.Fatal(err)
	}
}

// What could not be removed at first is, or is told of, in the end.
func TestLeftoversAreRemovedLater(t *testing.T) {
	g := plant(t, t.TempDir())
	for name, err := range map[string]error{"done": nil, "gone": fs.ErrNotExist, "left": syscall.EMFILE} {
		g.later(".mirror-"+name, err)
	}
	write(t, g.at(".mirror-done"), "of a new run")
	write(t, g.at(".mirror-left"), "")
	g.expectNotes(t)
	if got := g.names(t, "."); !slices.Equal(got, []string{".mirror-done"}) {
		t.Errorf("%v", got)
	}
}

// The files of a home go, all or none, and the home with them; what is no file,
// or not there, is not missed, and what is somebody's stays.
func TestRemove(t *testing.T) {
	files := []string{"br/br.gif", "br/metadata.json"}
	for name, tt := range map[string]struct{ before, after map[string]string }{
		"all":         {map[string]string{"br/br.gif": "x", "br/metadata.json": "x", "cn/x": "x"}, map[string]string{"cn/x": "x"}},
		"one":         {map[string]string{"br/metadata.json": "x"}, map[string]string{}},
		"none":        {map[string]string{"cn/x": "x"}, map[string]string{"cn/x": "x"}},
		"somebody's":  {map[string]string{"br/br.gif": "x", "br/notes": "mine"}, map[string]string{"br/notes": "mine"}},
		"no file":     {map[string]string{"br/br.gif/x": "mine", "br/metadata.json": "x"}, map[string]string{"br/br.gif/x": "mine"}},
		"no home":     {map[string]string{"br": "mine"}, map[string]string{"br": "mine"}},
		"others' own": {map[string]string{"br/br.gif": "x", "br/br.png": "x"}, map[string]string{"br/br.png": "x"}},
	} {
		g := plant(t, t.TempDir())
		for name, content := range tt.before {
			write(t, g.at(name), content)
		}
		if err := g.Remove("br", files); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		g.expect(t, nil)
		if diff := cmp.Diff(tt.after, contents(t, g.path)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if _, err := os.Lstat(g.at("br")); (err == nil) != (len(g.names(t, ".")) > 0 && len(tt.after) > 0 && tt.after["cn/x"] == "") {
			t.Errorf("%s: there is %v", name, g.names(t, "."))
		}
	}
}

// If one file cannot be taken away, all stay.
func TestRemoveThatFails(t *testing.T) {
	g := plant(t, t.TempDir())
	g.put(t, "one")
	long := "br/" + strings.Repeat("x", 300)
	if err := g.Remove("br", []string{"br/br.gif", "br/metadata.json", long}); err == nil || !strings.HasPrefix(err.Error(), long+": ") {
		t.Errorf("%v", err)
	}
	g.expect(t, map[string]string{"br/br.gif": "GIF one", "br/metadata.json": "one"})
	if err := g.Remove(strings.Repeat("x", 300), nil); err == nil || !strings.HasPrefix(err.Error(), "xxx") {
		t.Errorf("%v", err)
	}
}

// What was taken away comes back whole, but for what is not there any more.
func TestGiveBack(t *testing.T) {
	g := plant(t, t.TempDir())
	g.put(t, "old")
	files := []string{"br/br.gif", "br/metadata.json"}
	os.Mkdir(g.at("temp"), 0o777)
	for _, name := range files {
		if err := g.takeAway(name, "temp"); err != nil {
			t.Error(err)
		}
	}
	os.Remove(g.at("temp/metadata.json"))
	for range 2 { // the second time there is nothing
		if err := g.giveBack(files, "temp"); err != nil {
			t.Error(err)
		}
	}
	if got := g.names(t, "br"); !slices.Equal(got, []string{"br.gif"}) {
		t.Errorf("%v", got)
	}
	write(t, g.at("temp/br.gif"), "GIF")
	os.Remove(g.at("br/br.gif"))
	write(t, g.at("br/br.gif/x"), "mine")
	if err := g.giveBack(files, "temp"); err == nil || !strings.HasPrefix(err.Error(), "br/br.gif: ") {
		t.Errorf("%v", err)
	}
}

// A draft takes the room that it is asked for, no more, and is as long as its
// content in the end.
func TestDraftTakesRoom(t *testing.T) {
	g := plant(t, t.TempDir())
	d := g.Draft("x")
	for _, step := range []struct{ ask, want int64 }{{100, 100}, {250, 250}, {250, 250}, {50, 250}} {
		if err := d.Reserve(step.ask); err != nil {
			t.Fatal(err)
		}
		drafts, _ := filepath.Glob(g.at(".mirror--*.new"))
		if len(drafts) != 1 {
			t.Fatalf("%v", drafts)
		}
		if info, err := os.Stat(drafts[0]); err != nil || info.Size() != step.want {
			t.Errorf("asked for %d bytes: %d, want %d, %v", step.ask, info.Size(), step.want, err)
		}
	}
	if err := d.Fill([]byte("short")); err != nil {
		t.Error(err)
	}
	if err := d.Place(); err != nil {
		t.Error(err)
	}
	d.Discard()
	g.expect(t, map[string]string{"x": "short"})
	if err := d.Reserve(1); err != nil { // it is begun anew
		t.Error(err)
	}
	d.Discard()
	g.expect(t, map[string]string{"x": "short"})
}

// A draft that could not be written, or not be placed, says so, and leaves no
// trace.
func TestDraftThatFails(t *testing.T) {
	g := plant(t, t.TempDir())
	d := g.Draft("x")
	if err := d.begin(); err != nil {
		t.Fatal(err)
	}
	d.file.Close()
	var err error
	if d.file, err = g.dir.Open(d.temp); err != nil { // to read only
		t.Fatal(err)
	}
	os.Mkdir(g.at("dir"), 0o777)
	long := strings.Repeat("x", 300)
	for name, err := range map[string]error{
		"x": d.Fill([]byte("content")), "dir": g.Draft("dir").Reserve(1), long: g.Draft(long).Reserve(1),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%.5s: %v", name, err)
		}
	}
	d.Discard()
	g.expect(t, nil)

	late := g.Draft("late")
	if err := late.Fill(nil); err != nil {
		t.Error(err)
	}
	os.Mkdir(g.at("late"), 0o777)
	if err := late.Place(); err == nil || !strings.HasPrefix(err.Error(), "late: ") {
		t.Errorf("%v", err)
	}
	late.Discard()
	g.expect(t, nil)
}

// A file that is the same already is not written anew; a read-only one is
// replaced, and stays read-only.
func TestReplace(t *testing.T) {
	g := plant(t, t.TempDir())
	var last os.FileInfo
	for _, content := range []string{"one", "one", "longer", "two"} {
		if err := g.Replace("x", []byte(content)); err != nil {
			t.Error(err)
		}
		g.expect(t, map[string]string{"x": content})
		info, err := os.Lstat(g.at("x"))
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && os.SameFile(last, info) != (last.Size() == info.Size()) {
			t.Errorf("%q: the same file as before: %v", content, os.SameFile(last, info))
		}
		last = info
	}
	os.Chmod(g.at("x"), 0o444)
	if err := g.Replace("x", []byte("three")); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(g.at("x")); err != nil || info.Mode().Perm() != 0o444 {
		t.Errorf("%v, %v", info, err)
	}
	if err := g.Replace(strings.Repeat("x", 300), nil); err == nil {
		t.Error("a name that is too long was given")
	}
}
