package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// An Error is a file that could not be put in place, or cannot be read.
type Error struct {
	Name string // slash-separated, below the directory that it is in
	Err  error
}

func (e *Error) Error() string { return e.Name + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Named is an [*Error] about a file, with the [Cause] of err, or nil if err is.
func Named(name string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{name, Cause(err)}
}

// Cause takes off an error the path that package os puts before its cause: a
// temporary name, say, that means nothing to people. An error without one
// stays as it is.
func Cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}

// Refused reports whether an error says that a file system, or the user's
// rights in it, does not have something at all, be it times, modes, locks,
// links, or renaming a directory. To try again is useless, but there may be
// another way.
func Refused(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || isOne(err, refusals())
}

// refusals are what file systems say instead of ENOTSUP.
func refusals() []syscall.Errno {
	return []syscall.Errno{syscall.EINVAL, syscall.EXDEV, syscall.EMLINK, syscall.ENOLCK, syscall.EROFS}
}

// Full reports whether an error says that nothing more can be written: the disk
// is full, or the user's share of it.
func Full(err error) bool { return isOne(err, full()) }

func isOne(err error, of []syscall.Errno) bool {
	return slices.ContainsFunc(of, func(e syscall.Errno) bool { return errors.Is(err, e) })
}
