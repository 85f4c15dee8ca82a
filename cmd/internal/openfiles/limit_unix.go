//go:build unix

package openfiles

import (
	"math"
	"syscall"
)

// current is the limit of open files, or 0 if it is not known or far away.
// Package os has raised the soft one to the hard one at the start; programs that
// the process starts get the one that it had.
func current() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || uint64(limit.Cur) > math.MaxInt32 {
		return 0
	}
	return int(limit.Cur)
}
