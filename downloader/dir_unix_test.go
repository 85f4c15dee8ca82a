//go:build unix

package downloader

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"getflags/internal/wholefile"
)

// A file that is replaced keeps its mode; a new one has what the umask leaves.
func TestModesStay(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	d, path := openTemp(t)
	for _, step := range []struct{ before, want fs.FileMode }{{0, 0o640}, {0o600, 0o600}, {0o664, 0o664}, {0o640, 0o640}} {
		name := filepath.Join(path, "f")
		if step.before != 0 {
			if err := os.Chmod(name, step.before); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Put(context.Background(), []File{{Name: "f", Data: []byte("x")}}); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != step.want {
			t.Errorf("%v, %v; want %v", info.Mode(), err, step.want)
		}
	}
}

// Whose file it was, and of which group, it stays.
func TestOwnerStays(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only the superuser gives files away")
	}
	d, path := openTemp(t)
	name := filepath.Join(path, "f")
	if err := errors.Join(os.WriteFile(name, nil, 0o640), os.Chown(name, 1234, 5678)); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(context.Background(), []File{{Name: "f", Data: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 1234 || stat.Gid != 5678 || info.Mode().Perm() != 0o640 {
		t.Errorf("%d, %d, %v", stat.Uid, stat.Gid, info.Mode())
	}
}

// A directory that another has for itself, as a mirror's run does, is refused;
// a named pipe is none, and is not waited for.
func TestOpenDirRefuses(t *testing.T) {
	path := t.TempDir()
	dir, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if err := wholefile.Lock(dir, wholefile.Exclusive); err != nil {
		t.Skip(err)
	}
	if _, err := OpenDir(path); !errors.Is(err, wholefile.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	pipe := filepath.Join(path, "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip("no named pipes here:", err)
	}
	if _, err := OpenDir(pipe); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("%v", err)
	}
}
