package mirror

import (
	"errors"
	"io/fs"
	"path"

	"getflags/flags"
	"getflags/internal/wholefile"
)

// remove takes a country's files away, all or none, and then the directory,
// unless something else is in it.
func (s *store) remove(c flags.Code, files []Entry) error {
	home := c.Lower()
	info, err := s.root.Lstat(home)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil // nothing of the mirror's is there
	}
	if err != nil {
		return fileError(home, err)
	}
	temp := tempName(home)
	if err := s.root.Mkdir(temp, 0o777); err != nil {
		return fileError(home, err)
	}
	defer func() { s.later(temp, s.clearBoth(temp)) }()
	for i, e := range files {
		if err := s.takeAway(e.Name, temp); err != nil {
			return errors.Join(fileError(e.Name, err), s.giveBack(files[:i], temp))
		}
	}
	return nil
}

// takeAway moves a file into a temporary directory. What is no file was not
// put there by a mirror, and stays.
func (s *store) takeAway(name, temp string) error {
	info, err := s.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && wholefile.WantRegular(info) != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return s.root.Rename(name, path.Join(temp, path.Base(name)))
}

func (s *store) giveBack(files []Entry, temp string) error {
	var errs []error
	for _, e := range files {
		err := s.root.Rename(path.Join(temp, path.Base(e.Name)), e.Name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fileError(e.Name, err))
		}
	}
	return errors.Join(errs...)
}
