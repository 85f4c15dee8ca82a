//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package downloader

import (
	"os"
	"syscall"
)

// Processes that put files into a directory hold a shared lock (flock(2)) on
// the directory itself. Who gets it alone knows that no one else is at work
// there, and that every temporary file in it is a dead process's. The kernel
// gives the locks of a killed process free, and no lock file can be left.

// lockAlone reports whether no other process uses the directory. A file
// system without locks says no.
func lockAlone(dir *os.File) bool {
	return syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// lockShared joins those who use the directory; it waits, shortly, for one
// that is removing leftovers. Without locks there is nothing to join.
func lockShared(dir *os.File) {
	for syscall.Flock(int(dir.Fd()), syscall.LOCK_SH) == syscall.EINTR {
	}
}
