//go:build unix

package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A file that is replaced keeps its mode; a new one has what the umask leaves.
func TestModesStay(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	s, path := openNew(t)
	for _, step := range []struct{ before, want fs.FileMode }{{0, 0o640}, {0o600, 0o600}, {0o664, 0o664}, {0o640, 0o640}} {
		name := filepath.Join(path, "f")
		if step.before != 0 {
			if err := os.Chmod(name, step.before); err != nil {
				t.Fatal(err)
			}
		}
		put(t, s, File{Name: "f", Data: []byte("x")})
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
	s, path := openNew(t)
	name := filepath.Join(path, "f")
	if err := errors.Join(os.WriteFile(name, nil, 0o640), os.Chown(name, 1234, 5678)); err != nil {
		t.Fatal(err)
	}
	put(t, s, File{Name: "f", Data: []byte("x")})
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 1234 || stat.Gid != 5678 || info.Mode().Perm() != 0o640 {
		t.Errorf("%d, %d, %v", stat.Uid, stat.Gid, info.Mode())
	}
}

// A directory that another has for itself, as a mirror's run does, is waited for
// as long as it takes to sweep, and then refused.
func TestOpenStoreWaits(t *testing.T) {
	for _, busy := range []time.Duration{900 * time.Millisecond, time.Minute} {
		path := t.TempDir()
		other, err := OpenDir(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Lock(Exclusive); err != nil {
			t.Skip(err)
		}
		synctest.Test(t, func(t *testing.T) {
			var working sync.WaitGroup
			defer working.Wait()
			working.Go(func() {
				time.Sleep(busy)
				other.Close()
			})
			s, err := OpenStore(path, parts)
			if (err == nil) != (busy < time.Second) || err != nil && !errors.Is(err, ErrInUse) {
				t.Errorf("busy for %v: %v", busy, err)
			}
			if err == nil {
				s.Close()
			}
		})
	}
}

// A named pipe is no directory, and is not waited for.
func TestOpenStoreInPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip("no named pipes here:", err)
	}
	if _, err := OpenStore(pipe, parts); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("%v", err)
	}
}
