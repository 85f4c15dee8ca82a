//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package wholefile

import (
	"errors"
	"os"
	"syscall"
)

func lock(dir *os.File, mode Mode) error {
	how := syscall.LOCK_NB | syscall.LOCK_SH
	if mode == Exclusive {
		how = syscall.LOCK_NB | syscall.LOCK_EX
	}
	for {
		if err := syscall.Flock(int(dir.Fd()), how); err != syscall.EINTR {
			return explain(err)
		}
	}
}

// explain says what an error of flock means. EBADF is how NFS says that it
// wants a file that is open to be written, and no directory is.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrInUse
	case Refused(err), errors.Is(err, syscall.EBADF):
		return noLock(err)
	}
	return err
}
