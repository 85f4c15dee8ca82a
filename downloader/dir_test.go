package downloader

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func openTemp(t *testing.T) (*Dir, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new", "dir")
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, path
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
	d, path := openTemp(t)
	then := time.Date(2014, 3, 1, 12, 0, 0, 0, time.UTC)
	err := d.Put(context.Background(), []File{
		{Name: "Côte_d'Ivoire.gif", Data: []byte("a"), ModTime: then},
		{Name: "sub/dir/b.json", Data: nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(context.Background(), []File{{Name: "sub/dir/b.json", Data: []byte("new")}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Côte_d'Ivoire.gif": "a", "sub/dir/b.json": "new"}
	if diff := cmp.Diff(want, contents(t, path)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(filepath.Join(path, "Côte_d'Ivoire.gif"))
	if err != nil || !info.ModTime().Equal(then) {
		t.Errorf("modified %v, %v; want %v", info.ModTime(), err, then)
	}
}

func TestPutRefuses(t *testing.T) {
	d, path := openTemp(t)
	os.Mkdir(filepath.Join(path, "directory"), 0o777)
	os.WriteFile(filepath.Join(path, "protected"), []byte("old"), 0o444)
	os.WriteFile(filepath.Join(path, "file"), []byte("old"), 0o666)
	outside := filepath.Join(path, "..", "outside")
	os.WriteFile(outside, []byte("old"), 0o666)
	for link, target := range map[string]string{"link": outside, "away": filepath.Dir(outside)} {
		if err := os.Symlink(target, filepath.Join(path, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	before := contents(t, path)
	for name, want := range map[string]string{
		"directory":              "is a directory",
		"protected":              "is read-only",
		"link":                   "is a symbolic link",
		"away/outside":           "path escapes from parent",
		"file/x":                 "not a directory",
		"":                       "not a local file name",
		".":                      "not a local file name",
		"../outside":             "not a local file name",
		"/tmp/x":                 "not a local file name",
		"a/../../b":              "not a local file name",
		strings.Repeat("x", 300): "file name too long",
	} {
		// The first file of the pair is fine, but they stand or fall together.
		err := d.Put(context.Background(), []File{{Name: "companion", Data: []byte("new")}, {Name: name, Data: []byte("new")}})
		var file *FileError
		if !errors.As(err, &file) || file.Name != name || !strings.Contains(err.Error(), want) {
			t.Errorf("Put(%.20q) = %v, want an error that names it and says %q", name, err, want)
		}
	}
	if diff := cmp.Diff(before, contents(t, path)); diff != "" {
		t.Error("what a refused file left: ", diff)
	}
	if data, _ := os.ReadFile(outside); string(data) != "old" {
		t.Errorf("the file outside now holds %q", data)
	}
}

func TestOpenDirErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o666)
	for _, name := range []string{file, filepath.Join(file, "below")} {
		_, err := OpenDir(name)
		if want := fmt.Sprintf("output directory %q: not a directory", name); err == nil || err.Error() != want {
			t.Errorf("OpenDir(%q): %v, want %q", name, err, want)
		}
	}
}

// Leftovers are removed by one who is alone in the directory, and only they.
func TestLeftovers(t *testing.T) {
	path := t.TempDir()
	keep := []string{"Brazil.gif", ".download-1.part", ".download-0123456789abcdef.part.gif", ".hidden"}
	temps := []string{".download-0123456789abcdef.part", ".download-ffffffffffffffff.part"}
	for _, name := range append(keep, temps...) {
		os.WriteFile(filepath.Join(path, name), []byte("x"), 0o666)
	}
	first, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if got := contents(t, path); len(got) != len(keep) {
		t.Errorf("left are %v, want %v", got, keep)
	}
	// Now the directory is in use, and a temporary file may be the other's.
	os.WriteFile(filepath.Join(path, temps[0]), nil, 0o666)
	second, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, err := os.Stat(filepath.Join(path, temps[0])); err != nil {
		t.Error("a temporary file was removed while another store was open: ", err)
	}
}

// Whoever looks while a file is replaced sees the old content or the new.
func TestPutIsAtomic(t *testing.T) {
	d, path := openTemp(t)
	old, changed := strings.Repeat("old", 10000), strings.Repeat("new", 20000)
	put := func(content string) {
		if err := d.Put(context.Background(), []File{{Name: "f", Data: []byte(content)}}); err != nil {
			t.Error(err)
		}
	}
	put(old)
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 50 {
				put(changed)
				put(old)
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
