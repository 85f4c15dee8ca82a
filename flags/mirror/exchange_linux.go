package mirror

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// exchange lets two names in dir change places in one step (renameat2(2)).
// Not every file system can.
func exchange(dir *os.File, a, b string) error {
	fd := int(dir.Fd())
	err := unix.Renameat2(fd, a, fd, b, unix.RENAME_EXCHANGE)
	if err == unix.EINVAL || err == unix.ENOSYS || err == unix.ENOTSUP {
		return errors.ErrUnsupported
	}
	return err
}
