package wholefile

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// hasAttributes reports whether the directory has more than a mode and an
// owner, such as an access control list: a new directory would be without it.
// What security modules keep there is theirs to set.
func (d *Dir) hasAttributes() bool {
	names := make([]byte, 1<<10)
	n, err := unix.Flistxattr(int(d.self.Fd()), names)
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
// directory in d. EPERM is one that is immutable (ioctl_iflags(2)), to the
// superuser too. It is asked without flags, with which package unix takes EPERM
// for a system that does not know them.
func (d *Dir) mayChange(name string) error {
	return unix.Faccessat(int(d.self.Fd()), name, unix.W_OK, 0)
}
