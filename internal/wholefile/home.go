package wholefile

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"syscall"
)

// A home is a directory of a tree as it stands before files in it are replaced.
type home struct {
	name       string
	info       fs.FileInfo            // nil if there is none
	attributes bool                   // it has some that a new one would not
	old        map[string]fs.FileInfo // what is to be replaced, by name below the tree
	past       []string               // of the tree's, what is not to be there any more
	others     []fs.DirEntry          // not the tree's, or as they should be
}

// survey looks at the home of files, and refuses what is not to be replaced, or
// could not be, while nothing has been.
func (t *Tree) survey(files []File) (*home, error) {
	h := &home{name: path.Dir(files[0].Name), old: map[string]fs.FileInfo{}}
	below, info, err := OpenBelow(t.dir.Root, h.name)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, Named(h.name, err)
	}
	h.info = info
	dir, err := newDir(below)
	if err != nil {
		return nil, Named(h.name, err)
	}
	defer dir.Close()
	if err := t.mayReplaceIn(dir, h); err != nil {
		return nil, Named(h.name, err)
	}
	entries, err := dir.self.ReadDir(-1)
	if err != nil {
		return nil, Named(h.name, err)
	}
	for _, e := range entries {
		replaced := slices.ContainsFunc(files, func(f File) bool { return path.Base(f.Name) == e.Name() })
		if err := t.sort(h, dir, e, replaced); err != nil {
			return nil, Named(path.Join(h.name, e.Name()), err)
		}
	}
	return h, nil
}

// mayReplaceIn asks whether files in a home may be replaced: a name could be
// taken from it, but then it could not be emptied.
func (t *Tree) mayReplaceIn(dir *Dir, h *home) error {
	if readOnly(h.info) {
		return errReadOnly
	}
	h.attributes = dir.hasAttributes()
	return t.dir.mayChange(h.name)
}

// sort says what an entry of a home is.
func (t *Tree) sort(h *home, dir *Dir, e fs.DirEntry, replaced bool) error {
	name := path.Join(h.name, e.Name())
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist), t.rules.Temps.Begins(name):
	case err != nil:
		return err
	case replaced:
		h.old[name] = info
		return dir.mayReplace(info)
	case info.Mode().IsRegular() && t.rules.IsPast(name):
		h.past = append(h.past, name)
	default:
		h.others = append(h.others, e)
	}
	return nil
}

// mayReplace asks whether a file in the directory may be replaced. Who may
// write in the directory may; but one that its owner has protected, or the
// system does (immutable), stays.
func (d *Dir) mayReplace(info fs.FileInfo) error {
	if err := wantReplaceable(info); err != nil {
		return err
	}
	if err := d.mayChange(info.Name()); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EROFS) {
		return err
	}
	return nil
}
