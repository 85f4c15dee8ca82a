package mirror

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock, and reports whether it was free. The system gives
// the locks of a dead process free. What is locked is a byte far behind the
// content, which stays readable.
func lockFile(f *os.File) (bool, error) {
	far := &windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	if err == windows.ERROR_LOCK_VIOLATION {
		return false, nil
	}
	return err == nil, err
}
