package wholefile

import (
	"errors"
	"io/fs"
)

// A KindError is a name that stands for something else than what was wanted.
type KindError struct {
	Is   fs.FileMode // its type
	Want string      // "a regular file" or "a directory"
}

func (e *KindError) Error() string { return "is " + kind(e.Is) + ", not " + e.Want }

// kind names a type of file as people do.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a regular file"
	case mode&fs.ModeDir != 0:
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something unknown"
}

// WantRegular returns a [*KindError] for all but a regular file.
func WantRegular(info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &KindError{info.Mode().Type(), "a regular file"}
}

// WantDir returns a [*KindError] for all but a directory.
func WantDir(info fs.FileInfo) error {
	if info.IsDir() {
		return nil
	}
	return &KindError{info.Mode().Type(), "a directory"}
}

var errReadOnly = errors.New("is read-only")

// wantReplaceable returns an error for what a rename would replace though it
// should not: what is no regular file, and what its owner has protected.
func wantReplaceable(info fs.FileInfo) error {
	if err := WantRegular(info); err != nil {
		return err
	}
	if readOnly(info) {
		return errReadOnly
	}
	return nil
}

// readOnly reports whether nobody is meant to write to a file or directory.
func readOnly(info fs.FileInfo) bool { return info.Mode().Perm()&0o222 == 0 }
