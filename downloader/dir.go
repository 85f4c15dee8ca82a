package downloader

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"getflags/internal/wholefile"
)

// Dir is a [Store] in a directory, into which files appear whole or not at
// all. Each is written under a temporary name and renamed once it is closed,
// so that whoever looks, also after a crash of the process or on a full disk,
// sees the old file or the new one. All access is through an [os.Root], or by
// a name in the directory itself that no link is followed from: nothing leads
// outside. Files are not synced; a loss of power may undo what was just
// written.
//
// It is safe for concurrent use, and several processes may share a directory.
type Dir struct {
	root *os.Root
	lock *os.File    // the directory, held while it is in use
	mode fs.FileMode // that of a new file
}

// OpenDir opens a directory as a store, creating it and its parents where
// needed, and checks that it can be written to. Temporary files that a killed
// process left there are removed, unless another process is using the
// directory just now. One that has it for itself, as one that mirrors does, is
// an error, [wholefile.ErrInUse].
func OpenDir(name string) (*Dir, error) {
	d, err := openDir(name)
	if err != nil {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, fmt.Errorf("output directory %q: %w", name, err)
	}
	return d, nil
}

func openDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return nil, err
	}
	root, err := wholefile.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root}
	if err := d.prepare(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// prepare removes leftovers if no one else is at work here, and tries to
// write.
func (d *Dir) prepare() (err error) {
	if d.lock, err = d.root.Open("."); err != nil {
		return err
	}
	// Who gets the directory alone knows that every temporary file in it is a
	// dead process's. Without locks nobody can know, and they stay.
	if wholefile.Lock(d.lock, wholefile.Exclusive) == nil {
		d.removeLeftovers()
	}
	if err := joinUsers(d.lock); err != nil {
		return err
	}
	temp, err := d.writeTemp(File{})
	if err != nil {
		return err
	}
	info, err := d.root.Lstat(temp)
	if err == nil {
		d.mode = wholefile.Kept(info.Mode())
	}
	return errors.Join(err, d.root.Remove(temp))
}

// joinUsers locks a directory as all do who put files into it. One that is
// removing leftovers is waited for, as that is soon done.
func joinUsers(dir *os.File) error {
	for range 100 {
		err := wholefile.Lock(dir, wholefile.Shared)
		switch {
		case errors.Is(err, wholefile.ErrNoLock):
			return nil // there is nothing to join
		case !errors.Is(err, wholefile.ErrInUse):
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return wholefile.ErrInUse
}

// Close gives the directory free. No Put may be under way.
func (d *Dir) Close() error {
	if d.lock != nil {
		d.lock.Close()
	}
	return d.root.Close()
}

// tempName makes up a temporary name; isTemp knows one when it sees it.
func tempName() string { return fmt.Sprintf(".download-%016x.part", rand.Uint64()) }

func isTemp(name string) bool {
	digits, ok := strings.CutPrefix(name, ".download-")
	digits, part := strings.CutSuffix(digits, ".part")
	return ok && part && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}

// removeLeftovers removes what can be removed: what stays is in nobody's way.
func (d *Dir) removeLeftovers() {
	names, _ := d.lock.Readdirnames(-1)
	for _, name := range names {
		if isTemp(name) {
			d.root.Remove(name)
		}
	}
}

// A FileError is a file that could not be put in place.
type FileError struct {
	Name string // below the store's directory
	Err  error
}

func (e *FileError) Error() string { return e.Name + ": " + e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

// WithoutPath takes off an error the path that package os puts before its
// cause: a temporary name, say, that means nothing to people. An error without
// one stays as it is.
func WithoutPath(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
