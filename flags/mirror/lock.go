package mirror

import (
	"errors"
	"fmt"
	"strconv"

	"getflags/internal/wholefile"
)

// A LockedError is a directory that another run is at work in.
type LockedError struct {
	Dir string
	PID string // of the other process, "" if it is not known
}

func (e *LockedError) Error() string {
	by := "another run"
	if e.PID != "" {
		by += " (process " + e.PID + ")"
	}
	return fmt.Sprintf("%s is at work in %q; try again when it has ended", by, e.Dir)
}

// Unwrap is [wholefile.ErrInUse].
func (e *LockedError) Unwrap() error { return wholefile.ErrInUse }

// claim makes sure that no other run is at work in the directory. Where it
// cannot, as some file systems have no locks, it leaves a note.
func (m *Mirror) claim(dir string) error {
	err := m.dir.Claim(lockName)
	switch {
	case errors.Is(err, wholefile.ErrInUse):
		locked := &LockedError{Dir: dir}
		if pid := m.dir.Holder(); pid > 0 {
			locked.PID = strconv.Itoa(pid)
		}
		return locked
	case errors.Is(err, wholefile.ErrNoLock):
		m.notes.add("lock", fmt.Sprintf("%q %v; see to it that one run at a time is at work in it", dir, err))
		return nil
	}
	return err
}
