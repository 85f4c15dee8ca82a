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
	open := func() *Dir {
		d, err := OpenDir(name)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first, second := open(), open()
	defer second.Close()
	for i, step := range []struct {
		lock func() error
		want error
	}{
		{func() error { return first.Lock(Exclusive) }, nil},
		{func() error { return second.Lock(Shared) }, ErrInUse}, {func() error { return second.Claim(".lock") }, ErrInUse},
		{func() error { return first.Lock(Shared) }, nil},
		{func() error { return second.Lock(Shared) }, nil}, {func() error { return second.Claim(".lock") }, ErrInUse},
		{first.Close, nil}, {func() error { return second.Claim(".lock") }, nil},
	} {
		if err := step.lock(); !errors.Is(err, step.want) {
			t.Errorf("step %d: %v, want %v", i, err, step.want)
		}
	}
	if pid := second.Holder(); pid != 0 && pid != os.Getpid() {
		t.Errorf("held by %d, not by %d", pid, os.Getpid())
	}
	if left, err := os.ReadDir(name); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
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
