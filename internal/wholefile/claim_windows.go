package wholefile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// Claim is [Dir.Lock] by one alone. Directories cannot be locked here, so a file
// in it is. Nothing is ever written into that, and no link is followed: what a
// link points to is not the run's.
func (d *Dir) Claim(file string) (err error) {
	d.lock, err = d.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		d.lock, _, err = Open(d.Root, file)
	}
	if err != nil {
		return Named(file, err)
	}
	err = windows.LockFileEx(windows.Handle(d.lock.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrInUse
	}
	return err
}
