package mirror

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// exchange lets two names in dir change places in one step (renameat2(2)).
// Not every file system can.
func exchange(dir *os.File, a, b string) error {
	fd := int(dir.Fd())
	for {
		if err := unix.Renameat2(fd, a, fd, b, unix.RENAME_EXCHANGE); err != unix.EINTR {
			return err
		}
	}
}

// hasAttributes reports whether a directory has more than a mode and an owner,
// such as an access control list: a new directory would be without it. What
// security modules keep there is theirs to set.
func hasAttributes(dir *os.File) bool {
	names := make([]byte, 1<<10)
	n, err := unix.Flistxattr(int(dir.Fd()), names)
	if err != nil {
		return err == unix.ERANGE // more than fits
	}
	for _, name := range bytes.FieldsFunc(names[:n], func(r rune) bool { return r == 0 }) {
		if !bytes.HasPrefix(name, []byte("security.")) {
			return true
		}
	}
	return false
}

// mayChange reports, as an error, that the user may not write to a file or
// directory in dir. EPERM is one that is immutable (ioctl_iflags(2)), to the
// superuser too. It is asked without flags, with which package unix takes EPERM
// for a system that does not know them.
func mayChange(dir *os.File, name string) error {
	return unix.Faccessat(int(dir.Fd()), name, unix.W_OK, 0)
}
