package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// oldSuffix ends the temporary names of directories whose name was taken from
// them to make way. Programs of earlier versions left some.
const oldSuffix = ".old"

// Repair removes what a killed run left, and gives a home back its name that
// was taken from it. What it cannot put right is noted: the other homes have
// nothing to do with it.
func (t *Tree) Repair() {
	names, err := t.dir.names()
	t.leftOver("", err)
	for _, name := range names {
		if t.rules.Temps.Begins(name) {
			t.putRight(name)
		}
	}
}

// leftOver notes what is of no use, but no harm either, if err is why.
func (t *Tree) leftOver(name string, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.rules.Note(Leftover, name, Cause(err))
	}
}

// later keeps what could not be removed for the end of the run: what was in
// the way, such as too many open files, may be over by then.
func (t *Tree) later(temp string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unfinished = append(t.unfinished, temp)
}

// Finish removes what could not be removed before, or notes it.
func (t *Tree) Finish() {
	t.mu.Lock()
	temps := t.unfinished
	t.unfinished = nil
	t.mu.Unlock()
	for _, temp := range temps {
		t.putRight(temp)
	}
}

func (t *Tree) putRight(temp string) {
	home := t.homeOf(temp)
	info, err := t.dir.Lstat(temp)
	switch {
	case err != nil:
	case !info.IsDir():
		err = t.dir.Remove(temp)
	case strings.HasSuffix(temp, oldSuffix) && home != "" && !t.dir.exists(home):
		err = t.dir.Rename(temp, home)
	default:
		if err = t.sweep(home); err == nil {
			err = t.clearBoth(temp)
		}
	}
	t.leftOver(temp, err)
}

// homeOf is the home that a temporary name is about, or "".
func (t *Tree) homeOf(temp string) string {
	home, _, _ := strings.Cut(strings.TrimPrefix(temp, t.rules.Temps.Prefix), "-")
	if !t.rules.IsHome(home) {
		return ""
	}
	return home
}

// sweep removes the files that wait in a home.
func (t *Tree) sweep(home string) error {
	if home == "" {
		return nil
	}
	entries, err := t.dir.list(home)
	errs := []error{err}
	for _, e := range entries {
		if t.rules.Temps.Begins(e.Name()) {
			errs = append(errs, t.dir.Remove(path.Join(home, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// clearBoth removes a temporary directory, but before it its home, if nothing
// is in that.
func (t *Tree) clearBoth(temp string) error {
	if err := t.empty(temp); err != nil {
		return err
	}
	if home := t.homeOf(temp); home != "" {
		empty, err := t.dir.isEmptyDir(home)
		if empty {
			err = t.dir.Remove(home)
		}
		if err != nil {
			return err
		}
	}
	return t.dir.Remove(temp)
}

// clear removes a temporary directory.
func (t *Tree) clear(temp string) error {
	if err := t.empty(temp); err != nil {
		return err
	}
	return t.dir.Remove(temp)
}

// empty empties a temporary directory, be it one that was never finished or
// one that has been replaced.
func (t *Tree) empty(temp string) error {
	entries, err := t.dir.list(temp)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		errs = append(errs, t.dispose(temp, t.homeOf(temp), e))
	}
	return errors.Join(errs...)
}

// dispose removes an entry of a temporary directory if it is the tree's own, or
// has its name in the home too. Nothing of somebody else's is removed: it goes
// back to where it came from, or stays.
func (t *Tree) dispose(temp, home string, e fs.DirEntry) error {
	from := path.Join(temp, e.Name())
	if t.isOwn(home, e) {
		return t.dir.Remove(from)
	}
	if home == "" {
		return &os.PathError{Op: "remove", Path: from, Err: fs.ErrExist}
	}
	name := path.Join(home, e.Name())
	there, err := t.dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return t.dir.Rename(from, name)
	}
	if err != nil {
		return err
	}
	info, err := e.Info()
	if err == nil && !os.SameFile(there, info) {
		return fmt.Errorf("%s is somebody else's, as is %s", e.Name(), name)
	}
	return errors.Join(err, t.dir.Remove(from))
}
