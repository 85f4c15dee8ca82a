package wholefile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"getflags/internal/wholefile/testfs"
)

// A file system that refuses times, modes and all but plain renaming has the
// files all the same.
func TestRefusingFileSystem(t *testing.T) {
	path := testfs.MountRefusing(t)
	s := openStore(t, path)
	for _, content := range []string{"one", "two"} {
		put(t, s,
			File{Name: "Brazil.gif", Data: []byte(content), ModTime: time.Unix(1, 0)},
			File{Name: "br/metadata.json", Data: []byte(content), ModTime: time.Unix(1, 0)})
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
	s := openStore(t, path)
	for _, content := range []string{"one", "two"} {
		put(t, s, File{Name: "br/br.gif", Data: []byte(content), ModTime: time.Unix(1, 0)})
		if got := contents(t, path); len(got) != 1 || got["br/br.gif"] != content {
			t.Errorf("%v, want %s", got, content)
		}
		os.Chmod(filepath.Join(below, "br.gif"), 0o600)
	}
	os.Mkdir(filepath.Join(below, "directory"), 0o777)
	if err := s.Put([]File{{Name: "br/directory"}}, func() {}); err == nil || err.Error() != "br/directory: is a directory, not a regular file" {
		t.Error(err)
	}
	if left, err := os.ReadDir(below); err != nil || len(left) != 2 {
		t.Errorf("%v, %v", left, err)
	}
	if info, err := os.Stat(filepath.Join(below, "br.gif")); err != nil || info.Mode().Perm() != 0o600 || info.ModTime().Unix() != 1 {
		t.Errorf("%v, %v", info, err)
	}
}
