//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package wholefile

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

func TestLock(t *testing.T) {
	name := t.TempDir()
	open := func() *os.File {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	first, second := open(), open()
	for _, step := range []struct {
		dir  *os.File
		mode Mode
		want error
	}{
		{first, Exclusive, nil}, {second, Shared, ErrInUse}, {second, Exclusive, ErrInUse},
		{first, Shared, nil}, {second, Shared, nil}, {second, Exclusive, ErrInUse},
	} {
		if err := Lock(step.dir, step.mode); !errors.Is(err, step.want) {
			t.Errorf("%v: %v, want %v", step.mode, err, step.want)
		}
	}
}

// A file system without locks is told from one that is in trouble.
func TestNoLocks(t *testing.T) {
	for cause, want := range map[syscall.Errno]error{
		syscall.ENOLCK: ErrNoLock, syscall.EOPNOTSUPP: ErrNoLock, syscall.ENOSYS: ErrNoLock,
		syscall.EINVAL: ErrNoLock, syscall.EBADF: ErrNoLock, syscall.EWOULDBLOCK: ErrInUse, syscall.EIO: syscall.EIO,
	} {
		if err := explain(cause); !errors.Is(err, want) || want == syscall.EIO && errors.Is(err, ErrNoLock) {
			t.Errorf("%v: %v, want %v", cause, err, want)
		}
	}
}
