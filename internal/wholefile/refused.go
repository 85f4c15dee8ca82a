package wholefile

import (
	"errors"
	"io/fs"
	"slices"
	"syscall"
)

// Refused reports whether an error says that a file system, or the user's
// rights in it, does not have something at all, be it times, modes, locks,
// links, or renaming a directory. To try again is useless, but there may be
// another way.
func Refused(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) ||
		slices.ContainsFunc(refusals(), func(e syscall.Errno) bool { return errors.Is(err, e) })
}

// refusals are what file systems say instead of ENOTSUP.
func refusals() []syscall.Errno {
	return []syscall.Errno{syscall.EINVAL, syscall.EXDEV, syscall.EMLINK, syscall.ENOLCK, syscall.EROFS}
}
