package downloader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What is put into a directory is there, under its name and with its time; what
// cannot be is a FileError.
func TestDir(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "dir")
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	then := time.Date(2014, 3, 1, 12, 0, 0, 0, time.UTC)
	staged := 0
	files := []File{{Name: "Brazil.gif", Data: []byte("GIF"), ModTime: then}, {Name: "br/metadata.json", Data: []byte("{}")}}
	if err := d.PutStaged(t.Context(), files, func() { staged++ }); err != nil || staged != 1 {
		t.Errorf("%v, staged %d times", err, staged)
	}
	if info, err := os.Stat(filepath.Join(path, "Brazil.gif")); err != nil || !info.ModTime().Equal(then) {
		t.Errorf("%v, %v", info, err)
	}
	if err := d.Rename("br/metadata.json", "Brazil.json"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"Brazil.gif": "GIF", "Brazil.json": "{}"} {
		f, err := d.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(f); string(data) != want || err != nil {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		f.Close()
	}
	_, err = d.Open("none")
	for _, err := range []error{err, d.Rename("none", "x"), d.Put(context.Background(), []File{{Name: "../none"}})} {
		var file *FileError
		if !errors.As(err, &file) || filepath.Base(file.Name) != "none" {
			t.Errorf("%v", err)
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
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
