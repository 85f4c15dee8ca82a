package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"getflags/internal/wholefile"
)

// repair removes what a killed run left, and gives a directory back its name
// that was taken from it to make way. What it cannot put right is a note: the
// other countries have nothing to do with it.
func (s *store) repair() {
	names, err := s.dir.Readdirnames(-1)
	s.leftOver("what a killed run may have left", err)
	for _, name := range names {
		if isTemp(name) {
			s.putRight(name)
		}
	}
}

// leftOver notes what is of no use, but no harm either, if err is why.
func (s *store) leftOver(name string, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.notes.add("leftover", fmt.Sprintf("%s is left over, as it cannot be removed: %v", name, wholefile.Cause(err)))
	}
}

// later keeps what could not be removed for the end of the run: what was in
// the way, such as too many open files, may be over by then.
func (s *store) later(temp string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unfinished = append(s.unfinished, temp)
}

// finish removes what could not be removed before, or notes it.
func (s *store) finish() {
	s.mu.Lock()
	temps := s.unfinished
	s.unfinished = nil
	s.mu.Unlock()
	for _, temp := range temps {
		s.putRight(temp)
	}
}

func (s *store) putRight(temp string) {
	owner := ownerOf(temp)
	info, err := s.root.Lstat(temp)
	switch {
	case err != nil:
	case !info.IsDir():
		err = s.root.Remove(temp)
	case strings.HasSuffix(temp, oldSuffix) && owner != "" && !s.exists(owner):
		err = s.root.Rename(temp, owner)
	default:
		if err = s.sweep(owner); err == nil {
			err = s.clearBoth(temp)
		}
	}
	s.leftOver(temp, err)
}

// sweep removes the files that wait in a country's directory.
func (s *store) sweep(home string) error {
	if home == "" {
		return nil
	}
	entries, err := s.list(home)
	errs := []error{err}
	for _, e := range entries {
		if name := path.Join(home, e.Name()); isTemp(name) {
			errs = append(errs, s.root.Remove(name))
		}
	}
	return errors.Join(errs...)
}

// clearBoth removes a temporary directory, but before it its country's, if
// nothing is in that.
func (s *store) clearBoth(temp string) error {
	if err := s.empty(temp); err != nil {
		return err
	}
	if home := ownerOf(temp); home != "" {
		left, err := s.list(home)
		if err == nil && len(left) == 0 && s.exists(home) {
			err = s.root.Remove(home)
		}
		if err != nil {
			return err
		}
	}
	return s.root.Remove(temp)
}

// clear removes a temporary directory.
func (s *store) clear(temp string) error {
	if err := s.empty(temp); err != nil {
		return err
	}
	return s.root.Remove(temp)
}

// empty empties a temporary directory, be it one that was never finished or
// one that has been replaced.
func (s *store) empty(temp string) error {
	entries, err := s.list(temp)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		errs = append(errs, s.dispose(temp, ownerOf(temp), e))
	}
	return errors.Join(errs...)
}

// dispose removes an entry of a temporary directory if it is the mirror's, or
// has its name in the country's directory too. Nothing of somebody else's is
// removed: it goes back to where it came from, or stays.
func (s *store) dispose(temp, owner string, e fs.DirEntry) error {
	from := path.Join(temp, e.Name())
	if e.Type().IsRegular() && (s.mirrored(owner, e.Name()) || isTemp(from)) {
		return s.root.Remove(from)
	}
	if owner == "" {
		return &os.PathError{Op: "remove", Path: from, Err: fs.ErrExist}
	}
	home := path.Join(owner, e.Name())
	there, err := s.root.Lstat(home)
	if errors.Is(err, fs.ErrNotExist) {
		return s.root.Rename(from, home)
	}
	if err != nil {
		return err
	}
	info, err := e.Info()
	if err == nil && !os.SameFile(there, info) {
		return fmt.Errorf("%s is somebody else's, as is %s", e.Name(), home)
	}
	return errors.Join(err, s.root.Remove(from))
}

// mirrored reports whether a name in a country's directory is one that the
// mirror gives its files.
func (s *store) mirrored(owner, base string) bool {
	return base == metadataName || strings.HasPrefix(base, owner+".") || s.own(path.Join(owner, base))
}
