package wholefile

import (
	"errors"
	"fmt"
	"os"
)

// ErrInUse is a directory that another run has locked.
var ErrInUse = errors.New("another run is at work in it; try again when it has ended")

// ErrNoLock is a directory that cannot be locked: the system, or the file
// system, does not do that. The error that wraps it has the cause.
var ErrNoLock = errors.New("cannot be locked here")

// A Mode is how a directory is locked.
type Mode int

const (
	Shared    Mode = iota // by all who add to it
	Exclusive             // by one alone
)

// Lock locks a directory for as long as dir stays open, or until the process
// ends, however it ends. It does not wait: what is in the way is [ErrInUse].
// An error that wraps [ErrNoLock] says that there are no locks here.
//
// It is the directory itself that is locked (flock(2)). A file in it could be
// a link to one that is not the run's to write to, and would be left behind.
func Lock(dir *os.File, mode Mode) error { return lock(dir, mode) }

// noLock is an error that wraps [ErrNoLock].
func noLock(cause error) error { return fmt.Errorf("%w: %w", ErrNoLock, cause) }
