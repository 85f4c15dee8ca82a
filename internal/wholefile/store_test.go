package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parts are the temporary names of these tests.
var parts = Temps{".download-", ".part"}

// openStore opens a store until the test ends.
func openStore(t *testing.T, path string) *Store {
	t.Helper()
	s, err := OpenStore(path, parts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// openNew opens a store in a new directory.
func openNew(t *testing.T) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new", "dir")
	return openStore(t, path), path
}

// put puts files that are all right.
func put(t *testing.T, s *Store, files ...File) {
	t.Helper()
	if err := s.Put(files, func() {}); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(content), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// contents maps the path of every file below a directory to its content.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPut(t *testing.T) {
	s, path := openNew(t)
	then := time.Date(2014, 3, 1, 12, 0, 0, 0, time.UTC)
	put(t, s, File{Name: "Côte_d'Ivoire.gif", Data: []byte("a"), ModTime: then}, File{Name: "sub/dir/b.json"})
	put(t, s, File{Name: "sub/dir/b.json", Data: []byte("new")}, File{Name: "sub/c", Data: []byte("c")})
	want := map[string]string{"Côte_d'Ivoire.gif": "a", "sub/dir/b.json": "new", "sub/c": "c"}
	if diff := cmp.Diff(want, contents(t, path)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(filepath.Join(path, "Côte_d'Ivoire.gif"))
	if err != nil || !info.ModTime().Equal(then) {
		t.Errorf("modified %v, %v; want %v", info.ModTime(), err, then)
	}
	if info, err := os.Stat(filepath.Join(path, "sub", "c")); err != nil || time.Since(info.ModTime()).Abs() > time.Hour {
		t.Errorf("a file without a time was modified %v, %v", info.ModTime(), err)
	}
}

// All files are written when staged is called, and none has its name.
func TestStaged(t *testing.T) {
	s, path := openNew(t)
	put(t, s, File{Name: "old", Data: []byte("old")})
	called := 0
	err := s.Put([]File{{Name: "new", Data: []byte("1")}, {Name: "old", Data: []byte("2")}}, func() {
		called++
		waiting := map[string]bool{}
		for name, data := range contents(t, path) {
			waiting[data] = name == "old" || parts.Is(name)
		}
		if diff := cmp.Diff(map[string]bool{"old": true, "1": true, "2": true}, waiting); diff != "" {
			t.Error(diff)
		}
	})
	if err != nil || called != 1 {
		t.Errorf("%v, called %d times", err, called)
	}
	if diff := cmp.Diff(map[string]string{"new": "1", "old": "2"}, contents(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestPutRefuses(t *testing.T) {
	s, path := openNew(t)
	outside := filepath.Join(path, "..", "outside")
	os.Mkdir(filepath.Join(path, "directory"), 0o777)
	os.WriteFile(filepath.Join(path, "protected"), []byte("old"), 0o444)
	write(t, filepath.Join(path, "file"), "old")
	write(t, outside, "old")
	for link, target := range map[string]string{"link": outside, "away": filepath.Dir(outside)} {
		if err := os.Symlink(target, filepath.Join(path, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	before := contents(t, path)
	for name, want := range map[string]string{
		"directory":              "is a directory, not a regular file",
		"protected":              "is read-only",
		"link":                   "is a symbolic link, not a regular file",
		"away/outside":           "path escapes from parent",
		"file/x":                 "file is not a directory",
		"":                       "not a local file name",
		".":                      "not a local file name",
		"../outside":             "not a local file name",
		"/tmp/x":                 "not a local file name",
		"a/../../b":              "not a local file name",
		strings.Repeat("x", 300): "file name too long",
	} {
		// The other file of the pair is fine, but they stand or fall together.
		for _, pair := range [][]File{
			{{Name: "companion", Data: []byte("new")}, {Name: name, Data: []byte("new")}},
			{{Name: name, Data: []byte("new")}, {Name: "companion", Data: []byte("new")}},
		} {
			err := s.Put(pair, func() {})
			var file *Error
			if !errors.As(err, &file) || file.Name != name || !strings.HasPrefix(err.Error(), name+": ") || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("Put(%.20q) = %v, want an error that names it and says %q", name, err, want)
			}
		}
	}
	if diff := cmp.Diff(before, contents(t, path)); diff != "" {
		t.Error("what a refused file left: ", diff)
	}
	if data, _ := os.ReadFile(outside); string(data) != "old" {
		t.Errorf("the file outside now holds %q", data)
	}
}

// A file that comes to stand in the way of the last is told of; those before it
// have their names.
func TestPutThatFailsLate(t *testing.T) {
	s, path := openNew(t)
	put(t, s, File{Name: "a"}, File{Name: "b"})
	err := s.Put([]File{{Name: "a", Data: []byte("1")}, {Name: "b", Data: []byte("2")}}, func() {
		for name := range contents(t, path) {
			if data, _ := os.ReadFile(filepath.Join(path, name)); string(data) == "2" {
				os.Remove(filepath.Join(path, name))
			}
		}
	})
	if err == nil || err.Error() != "b: no such file or directory" {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]string{"a": "1", "b": ""}, contents(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestRename(t *testing.T) {
	s, path := openNew(t)
	put(t, s, File{Name: "a", Data: []byte("a")}, File{Name: "b", Data: []byte("b")}, File{Name: "dir/c"})
	os.WriteFile(filepath.Join(path, "protected"), nil, 0o444)
	for _, tt := range []struct{ from, to, want string }{
		{"a", "new/x", ""}, {"b", "new/x", ""},
		{"none", "x", "none: no such file or directory"}, {"dir", "x", "dir: is a directory, not a regular file"},
		{"new/x", "dir", "dir: is a directory, not a regular file"}, {"new/x", "protected", "protected: is read-only"},
		{"new/x", "dir/c/y", "dir/c/y: dir/c is not a directory"},
		{"../x", "x", "../x: not a local file name"}, {"new/x", "../x", "../x: not a local file name"},
	} {
		err := s.Rename(tt.from, tt.to)
		if text := fmt.Sprint(err); text != tt.want && (tt.want != "" || err != nil) {
			t.Errorf("%s to %s: %v, want %q", tt.from, tt.to, err, tt.want)
		}
	}
	if diff := cmp.Diff(map[string]string{"new/x": "b", "dir/c": "", "protected": ""}, contents(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestOpenInStore(t *testing.T) {
	s, _ := openNew(t)
	put(t, s, File{Name: "dir/a", Data: []byte("content")})
	f, err := s.Open("dir/a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err := io.ReadAll(f); string(data) != "content" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	for name, want := range map[string]string{
		"none": "none: no such file or directory", "dir": "dir: is a directory, not a regular file", "../x": "../x: not a local file name",
	} {
		if f, err := s.Open(name); f != nil || err == nil || err.Error() != want {
			t.Errorf("%v, %v, want %s", f, err, want)
		}
	}
}

func TestOpenStoreErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	for _, name := range []string{file, filepath.Join(file, "below")} {
		if _, err := OpenStore(name, parts); !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("OpenStore(%q): %v", name, err)
		}
	}
}

// Leftovers are removed by one who is alone in the directory, and only they.
func TestLeftovers(t *testing.T) {
	path := t.TempDir()
	keep := []string{
		"Brazil.gif", ".hidden", ".download-1.part", ".download-0123456789abcdef", ".download-0123456789abcdeg.part",
		".download-0123456789abcdef.part.gif", "x.download-0123456789abcdef.part", ".download-0123456789abcdef0.part",
	}
	temps := []string{".download-0123456789abcdef.part", ".download-ffffffffffffffff.part", parts.New("")}
	for _, name := range append(keep, temps...) {
		write(t, filepath.Join(path, name), "x")
	}
	openStore(t, path)
	slices.Sort(keep)
	if got := slices.Sorted(maps.Keys(contents(t, path))); !slices.Equal(got, keep) {
		t.Errorf("left are %v, want %v", got, keep)
	}
	// Now the directory is in use, and a temporary file may be the other's.
	write(t, filepath.Join(path, temps[0]), "x")
	openStore(t, path)
	if _, err := os.Stat(filepath.Join(path, temps[0])); err != nil {
		t.Error("a temporary file was removed while another store was open: ", err)
	}
}

// Temporary names are not used twice, and say what they are about.
func TestTemps(t *testing.T) {
	a, b := parts.New(""), parts.New("")
	if a == b || !parts.Is(a) || !parts.Is(b) {
		t.Errorf("%s, %s", a, b)
	}
	if about := parts.New("br-"); !strings.HasPrefix(about, ".download-br-") || parts.Is(about) {
		t.Errorf("%s", about)
	}
}

// Whoever looks while a file is replaced sees the old content or the new.
func TestPutIsAtomic(t *testing.T) {
	s, path := openNew(t)
	old, changed := strings.Repeat("old", 10000), strings.Repeat("new", 20000)
	put(t, s, File{Name: "f", Data: []byte(old)})
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 50 {
				put(t, s, File{Name: "f", Data: []byte(changed)})
				put(t, s, File{Name: "f", Data: []byte(old)})
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for {
		data, err := os.ReadFile(filepath.Join(path, "f"))
		if err != nil || string(data) != old && string(data) != changed {
			t.Fatalf("seen: %d bytes, %v", len(data), err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
