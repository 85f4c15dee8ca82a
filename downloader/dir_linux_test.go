package downloader

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"getflags/internal/wholefile/refusing"
)

// A file system that refuses times, modes and all but plain renaming has the
// files all the same.
func TestRefusingFileSystem(t *testing.T) {
	path := refusing.Mount(t)
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, content := range []string{"one", "two"} {
		err := d.Put(context.Background(), []File{
			{Name: "Brazil.gif", Data: []byte(content), ModTime: time.Unix(1, 0)},
			{Name: "br/metadata.json", Data: []byte(content), ModTime: time.Unix(1, 0)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, path); len(got) != 2 || got["Brazil.gif"] != content || got["br/metadata.json"] != content {
			t.Errorf("%v, want %s", got, content)
		}
	}
}

// A directory below may be on another file system, to which nothing can be
// renamed: the file is written again there.
func TestOtherFileSystemBelow(t *testing.T) {
	path := t.TempDir()
	below := filepath.Join(path, "br")
	if err := os.Mkdir(below, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("flags", below, "tmpfs", 0, ""); err != nil {
		t.Skipf("no tmpfs can be mounted here (root can, outside a container): %v", err)
	}
	defer syscall.Unmount(below, 0)
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, content := range []string{"one", "two"} {
		if err := d.Put(context.Background(), []File{{Name: "br/br.gif", Data: []byte(content), ModTime: time.Unix(1, 0)}}); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, path); len(got) != 1 || got["br/br.gif"] != content {
			t.Errorf("%v, want %s", got, content)
		}
		os.Chmod(filepath.Join(below, "br.gif"), 0o600)
	}
	if info, err := os.Stat(filepath.Join(below, "br.gif")); err != nil || info.Mode().Perm() != 0o600 || info.ModTime().Unix() != 1 {
		t.Errorf("%v, %v", info, err)
	}
}
