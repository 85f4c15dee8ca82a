package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"
)

// A replacement puts new files into a home, in the place of old ones.
//
// Where it can, it swaps the home for a new directory, so that all files change
// in one step. That takes a file system which exchanges two directories, and a
// new one that is the old one's equal: with the same mode, owner and group, and
// with all that others have put there. Where it cannot be had, the files are
// replaced one after the other.
type replacement struct {
	*Tree
	home   *home
	files  []File
	temp   string // a directory at the top, for the new files
	staged func() // called at least once

	waiting bool // files wait in the home
}

func (r *replacement) run() error {
	swapped, err := r.swap()
	if swapped || err != nil {
		return err
	}
	if err := r.empty(r.temp); err != nil { // its room may be needed
		return Named(r.home.name, err)
	}
	return r.inPlace()
}

// swap reports whether it put a new directory in the old one's place, which is
// temp then. If it did not, nothing is changed.
func (r *replacement) swap() (done bool, err error) {
	if r.noSwap.Load() || !r.alike() {
		return false, nil
	}
	if err := r.writeAll(func(name string) string { return path.Join(r.temp, path.Base(name)) }); err != nil {
		return false, err
	}
	for _, e := range r.home.others {
		if !e.Type().IsRegular() || r.dir.Link(path.Join(r.home.name, e.Name()), path.Join(r.temp, e.Name())) != nil {
			return false, nil // what cannot have two names stays where it is
		}
	}
	r.staged()
	if r.home.info == nil {
		err = r.dir.Rename(r.temp, r.home.name)
	} else if err = r.dir.exchange(r.temp, r.home.name); errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		r.noSwap.Store(true) // nor would it another
	}
	return err == nil, nil
}

// alike makes the new directory the old one's equal, if that can be done.
func (r *replacement) alike() bool {
	if r.home.info == nil {
		return true
	}
	if r.home.attributes || Keep(r.dir.Root, r.temp, r.home.info) != nil {
		return false
	}
	info, err := r.dir.Lstat(r.temp)
	return err == nil && Alike(r.home.info, info)
}

// writeAll writes the new files under the names that they have first.
func (r *replacement) writeAll(first func(name string) string) error {
	for _, f := range r.files {
		if err := r.write(first(f.Name), f, r.home.old[f.Name]); err != nil {
			return Named(f.Name, err)
		}
	}
	return nil
}

// inPlace replaces the files one by one, once all are written. Where one
// cannot be replaced, those before it get their old content back.
func (r *replacement) inPlace() error {
	if r.home.info == nil {
		if err := r.dir.Mkdir(r.home.name, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return Named(r.home.name, err)
		}
	}
	r.waiting = true
	if err := r.writeAll(r.next); err != nil {
		return err
	}
	r.staged()
	for i, f := range r.files {
		if r.home.old[f.Name] != nil {
			r.dir.Link(f.Name, r.before(f.Name)) // or else it cannot be undone
		}
		if err := r.dir.Rename(r.next(f.Name), f.Name); err != nil {
			return errors.Join(Named(f.Name, err), r.undo(r.files[:i]))
		}
	}
	r.removePast()
	return nil
}

// removePast removes the files that have to go.
func (r *replacement) removePast() {
	for _, name := range r.home.past {
		if err := r.dir.Remove(name); err != nil {
			r.rules.Note(Stays, name, Cause(err))
		}
	}
}

// tidy removes what is of no use any more. The directory at the top goes last:
// by it the next run finds what waits in the home.
func (r *replacement) tidy(failed bool) error {
	if r.waiting {
		if err := r.sweep(r.home.name); err != nil {
			return err
		}
		if failed && r.home.info == nil {
			return r.clearBoth(r.temp)
		}
	}
	return r.clear(r.temp)
}

// next is the temporary name of a new file beside the old one.
func (r *replacement) next(name string) string {
	return path.Join(r.home.name, r.temp+"-"+path.Base(name))
}

// before is the temporary name of the old one.
func (r *replacement) before(name string) string {
	return path.Join(r.home.name, r.temp+"-before-"+path.Base(name))
}

// undo gives files their old content back.
func (r *replacement) undo(files []File) error {
	var errs []error
	for _, f := range files {
		var err error
		if r.home.old[f.Name] == nil {
			err = r.dir.Remove(f.Name)
		} else {
			err = r.dir.Rename(r.before(f.Name), f.Name)
		}
		if err != nil {
			errs = append(errs, Named(f.Name, fmt.Errorf("the old file cannot be put back: %w", Cause(err))))
		}
	}
	return errors.Join(errs...)
}
