package wholefile

import (
	"errors"
	"fmt"
	"time"
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

// Lock locks the directory until it is closed, or the process ends, however it
// ends. It does not wait: what is in the way is [ErrInUse]. An error that
// wraps [ErrNoLock] says that there are no locks here.
//
// It is the directory itself that is locked (flock(2)). A file in it could be
// a link to one that is not the run's to write to, and would be left behind.
func (d *Dir) Lock(mode Mode) error { return lock(d.self, mode) }

// join locks the directory as all do who put files into it. Who finds nobody
// there first removes what a killed process left, as every temporary file is
// a dead one's then: sweep is called for that. Where there are no locks nobody
// can know, and all stays.
func (d *Dir) join(sweep func()) error {
	if d.Lock(Exclusive) == nil {
		sweep()
	}
	for range 100 {
		err := d.Lock(Shared)
		switch {
		case errors.Is(err, ErrNoLock):
			return nil // there is nothing to join
		case !errors.Is(err, ErrInUse):
			return err
		}
		time.Sleep(10 * time.Millisecond) // who sweeps is soon done
	}
	return ErrInUse
}

// noLock is an error that wraps [ErrNoLock].
func noLock(cause error) error { return fmt.Errorf("%w: %w", ErrNoLock, cause) }
