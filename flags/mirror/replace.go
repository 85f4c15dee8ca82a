package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// A replacement puts a country's new files into the place of its old ones.
//
// Where it can, it swaps the country's directory for a new one, so that image
// and metadata change in one step. That takes a file system which exchanges
// two directories, and a new one that is the old one's equal: with the same
// mode, owner and group, and with all that others have put there. Where it
// cannot be had, the files are replaced one after the other.
type replacement struct {
	*store
	home   *home
	files  []downloader.File
	temp   string // a directory at the top, for the new files
	staged func() // called at least once

	waiting bool // files wait in the country's directory
}

func (r *replacement) run() error {
	swapped, err := r.swap()
	if swapped || err != nil {
		return err
	}
	if err := r.empty(r.temp); err != nil { // its room may be needed
		return fileError(r.home.name, err)
	}
	return r.inPlace()
}

// swap reports whether it put a new directory in the old one's place, which is
// temp then. If it did not, nothing is changed.
func (r *replacement) swap() (done bool, err error) {
	if r.noSwap.Load() || !r.alike() {
		return false, nil
	}
	for _, f := range r.files {
		if err := r.write(path.Join(r.temp, path.Base(f.Name)), f.Data, f.ModTime, r.home.old[f.Name]); err != nil {
			return false, fileError(f.Name, err)
		}
	}
	for _, e := range r.home.others {
		if !e.Type().IsRegular() || r.root.Link(path.Join(r.home.name, e.Name()), path.Join(r.temp, e.Name())) != nil {
			return false, nil // what cannot have two names stays where it is
		}
	}
	r.staged()
	if r.home.info == nil {
		err = r.root.Rename(r.temp, r.home.name)
	} else if err = exchange(r.dir, r.temp, r.home.name); errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		r.noSwap.Store(true) // nor would it another
	}
	return err == nil, nil
}

// alike makes the new directory the old one's equal, if that can be done.
func (r *replacement) alike() bool {
	if r.home.info == nil {
		return true
	}
	if r.home.attributes || wholefile.Keep(r.root, r.temp, r.home.info) != nil {
		return false
	}
	info, err := r.root.Lstat(r.temp)
	return err == nil && wholefile.Alike(r.home.info, info)
}

// inPlace replaces the files one by one, once all are written. Where one
// cannot be replaced, those before it get their old content back.
func (r *replacement) inPlace() error {
	if r.home.info == nil {
		if err := r.root.Mkdir(r.home.name, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return fileError(r.home.name, err)
		}
	}
	r.waiting = true
	for _, f := range r.files {
		if err := r.write(r.next(f.Name), f.Data, f.ModTime, r.home.old[f.Name]); err != nil {
			return fileError(f.Name, err)
		}
	}
	r.staged()
	for i, f := range r.files {
		if r.home.old[f.Name] != nil {
			r.root.Link(f.Name, r.before(f.Name)) // or else it cannot be undone
		}
		if err := r.root.Rename(r.next(f.Name), f.Name); err != nil {
			return errors.Join(fileError(f.Name, err), r.undo(r.files[:i]))
		}
	}
	for _, name := range r.home.gone {
		if err := r.root.Remove(name); err != nil {
			r.notes.add("gone", fmt.Sprintf("%s has to go, but cannot be removed: %v", name, wholefile.Cause(err)))
		}
	}
	return nil
}

// tidy removes what is of no use any more. The directory at the top goes last:
// by it the next run finds what waits in the country's.
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
func (r *replacement) undo(files []downloader.File) error {
	var errs []error
	for _, f := range files {
		var err error
		if r.home.old[f.Name] == nil {
			err = r.root.Remove(f.Name)
		} else {
			err = r.root.Rename(r.before(f.Name), f.Name)
		}
		if err != nil {
			errs = append(errs, fileError(f.Name, fmt.Errorf("the old file cannot be put back: %w", wholefile.Cause(err))))
		}
	}
	return errors.Join(errs...)
}
