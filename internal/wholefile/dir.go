package wholefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

// A Dir is an open directory, in which files are replaced. All access is by
// its [os.Root], or by a name in the directory itself that no link is followed
// from: nothing leads outside. It is safe for concurrent use.
type Dir struct {
	*os.Root
	self *os.File // the directory, for what a root does not do
	lock *os.File // what [Dir.Claim] locked where it cannot lock the directory, or nil
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
	return &Dir{Root: root, self: self}, nil
}

// Close closes the directory, and ends its lock.
func (d *Dir) Close() error {
	var unlocked error
	if d.lock != nil {
		unlocked = d.lock.Close()
	}
	return errors.Join(unlocked, d.self.Close(), d.Root.Close())
}

// WantRegular returns an error for a name that does not stand for a regular file:
// one that wraps [fs.ErrNotExist], a [*KindError], or another.
func (d *Dir) WantRegular(name string) error {
	info, err := d.Lstat(name)
	if err != nil {
		return err
	}
	return WantRegular(info)
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

// list returns what is in a directory below, nothing if there is none.
func (d *Dir) list(name string) ([]fs.DirEntry, error) {
	below, _, err := OpenBelow(d.Root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer below.Close()
	return fs.ReadDir(below.FS(), ".")
}

// isEmptyDir reports whether there is a directory without anything in it.
func (d *Dir) isEmptyDir(name string) (bool, error) {
	left, err := d.list(name)
	return err == nil && len(left) == 0 && d.exists(name), err
}

// exists reports whether a name stands for anything, as far as one can tell.
func (d *Dir) exists(name string) bool {
	_, err := d.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
