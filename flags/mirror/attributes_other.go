//go:build !linux

package mirror

import (
	"errors"
	"os"
)

// exchange is of use on Linux only.
func exchange(*os.File, string, string) error { return errors.ErrUnsupported }

// hasAttributes is of use where directories are exchanged.
func hasAttributes(*os.File) bool { return false }

// mayChange leaves it to the modes of files, and to the attempt.
func mayChange(*os.File, string) error { return nil }
