package mirror

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"

	"getflags/internal/wholefile"
)

// lockDir locks a file in the directory, as directories cannot be locked here.
// Nothing is ever written into it, and no link is followed: what a link points
// to is not the mirror's.
func (m *Mirror) lockDir() (err error) {
	m.lock, err = m.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		m.lock, _, err = wholefile.Open(m.root, lockName)
	}
	if err != nil {
		return fileError(lockName, err)
	}
	err = windows.LockFileEx(windows.Handle(m.lock.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return wholefile.ErrInUse
	}
	return err
}
