//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package mirror

import (
	"os"
	"syscall"
)

// lockFile takes the lock, and reports whether it was free. The kernel gives
// the locks of a dead process free.
func lockFile(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == syscall.EWOULDBLOCK {
		return false, nil
	}
	return err == nil, err
}
