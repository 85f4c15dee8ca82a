package mirror

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
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

// lock makes sure that no other run is at work in the directory. The lock is
// on a file in it that tells, to people, whose it is.
func lock(root *os.Root, dir string) (*os.File, error) {
	f, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fileError(lockName, err)
	}
	if err := claim(f, dir); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func claim(f *os.File, dir string) error {
	free, err := lockFile(f)
	if err != nil {
		return err
	}
	if !free {
		pid, err := io.ReadAll(io.LimitReader(f, 20))
		if err != nil {
			pid = nil // only the message is the poorer for it
		}
		return &LockedError{Dir: dir, PID: string(bytes.TrimSpace(pid))}
	}
	_, err = f.WriteAt(fmt.Appendf(nil, "%-19d\n", os.Getpid()), 0)
	return errors.Join(err, f.Truncate(20))
}
