package wholefile

import (
	"errors"
	"io/fs"
	"path"
)

// Remove takes files of a home away, all or none, and then the home, unless
// something else is in it. What is no regular file stays. An error names a file
// or the home.
func (t *Tree) Remove(home string, files []string) error {
	info, err := t.dir.Lstat(home)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil // nothing of the tree's is there
	}
	if err != nil {
		return Named(home, err)
	}
	temp, err := t.makeTemp(home)
	if err != nil {
		return err
	}
	defer func() { t.later(temp, t.clearBoth(temp)) }()
	for i, name := range files {
		if err := t.takeAway(name, temp); err != nil {
			return errors.Join(Named(name, err), t.giveBack(files[:i], temp))
		}
	}
	return nil
}

// takeAway moves a file into a temporary directory. What is no file was not
// put there by a run, and stays.
func (t *Tree) takeAway(name, temp string) error {
	err := t.dir.WantRegular(name)
	var kind *KindError
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &kind) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.dir.Rename(name, path.Join(temp, path.Base(name)))
}

func (t *Tree) giveBack(files []string, temp string) error {
	var errs []error
	for _, name := range files {
		err := t.dir.Rename(path.Join(temp, path.Base(name)), name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, Named(name, err))
		}
	}
	return errors.Join(errs...)
}
