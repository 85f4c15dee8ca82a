//go:build unix

package downloader

import (
	"errors"
	"syscall"
)

// isFull reports whether an error says that nothing more can be written: the
// disk is full, or the user's share of it.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
