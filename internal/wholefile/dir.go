package wholefile

import (
	"errors"
	"io"
	"os"
	"time"
)

// A Dir is an open directory, in which files are replaced. All access is by
// its [os.Root], or by a name in the directory itself that no link is followed
// from: nothing leads outside. It is safe for concurrent use.
type Dir struct {
	*os.Root
	self *os.File // the directory, for what a root does not do
}

// OpenDir opens a directory. A named pipe, which is none, is not waited for.
func OpenDir(name string) (*Dir, error) {
	root, err := OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return newDir(root)
}

// MakeDir is [OpenDir] of a directory that is made, with its parents, if there
// is none.
func MakeDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return nil, err
	}
	return OpenDir(name)
}

// newDir is the directory of a root, which becomes its own.
func newDir(root *os.Root) (*Dir, error) {
	self, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	return &Dir{root, self}, nil
}

// Close closes the directory, and ends its lock.
func (d *Dir) Close() error { return errors.Join(d.self.Close(), d.Root.Close()) }

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

// setTime gives a file a modification time, unless it is zero.
func (d *Dir) setTime(name string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return d.Chtimes(name, time.Time{}, t)
}

// names are those of all that is in the directory, as far as they can be read.
func (d *Dir) names() ([]string, error) {
	if _, err := d.self.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return d.self.Readdirnames(-1)
}
