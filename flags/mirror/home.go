package mirror

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// A home is a country's directory as it stands before files in it are
// replaced.
type home struct {
	name       string
	info       fs.FileInfo            // nil if there is none
	attributes bool                   // it has some that a new one would not
	old        map[string]fs.FileInfo // what is to be replaced, by name below the mirror's directory
	gone       []string               // of the mirror's, what is not to be there any more
	others     []fs.DirEntry          // not the mirror's, or as they should be
}

var errReadOnly = errors.New("is read-only")

// survey looks at a country's directory, and refuses what is not to be
// replaced, or could not be, while nothing has been.
func (s *store) survey(files []downloader.File) (*home, error) {
	h := &home{name: path.Dir(files[0].Name), old: map[string]fs.FileInfo{}}
	below, info, err := wholefile.OpenBelow(s.root, h.name)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fileError(h.name, err)
	}
	defer below.Close()
	h.info = info
	dir, err := below.Open(".")
	if err != nil {
		return nil, fileError(h.name, err)
	}
	defer dir.Close()
	if err := s.mayReplaceIn(dir, h); err != nil {
		return nil, fileError(h.name, err)
	}
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, fileError(h.name, err)
	}
	for _, e := range entries {
		replaced := slices.ContainsFunc(files, func(f downloader.File) bool { return path.Base(f.Name) == e.Name() })
		if err := s.sort(h, dir, e, replaced); err != nil {
			return nil, fileError(path.Join(h.name, e.Name()), err)
		}
	}
	return h, nil
}

// mayReplaceIn asks whether files in a directory may be replaced: a name
// could be taken from it, but then it could not be emptied.
func (s *store) mayReplaceIn(dir *os.File, h *home) error {
	if h.info.Mode().Perm()&0o222 == 0 {
		return errReadOnly
	}
	h.attributes = hasAttributes(dir)
	return mayChange(s.dir, h.name)
}

// sort says what an entry of a country's directory is.
func (s *store) sort(h *home, dir *os.File, e fs.DirEntry, replaced bool) error {
	name := path.Join(h.name, e.Name())
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist), isTemp(name):
	case err != nil:
		return err
	case replaced:
		h.old[name] = info
		return mayReplace(dir, info)
	case info.Mode().IsRegular() && s.own(name):
		h.gone = append(h.gone, name)
	default:
		h.others = append(h.others, e)
	}
	return nil
}

// mayReplace asks whether a file may be replaced. Who may write in its
// directory may; but one that its owner has protected, or the system does
// (immutable), stays.
func mayReplace(dir *os.File, info fs.FileInfo) error {
	if err := wholefile.WantRegular(info); err != nil {
		return err
	}
	if info.Mode().Perm()&0o222 == 0 {
		return errReadOnly
	}
	if err := mayChange(dir, info.Name()); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EROFS) {
		return err
	}
	return nil
}
