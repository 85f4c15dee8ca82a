package downloader

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"

	"getflags/internal/wholefile"
)

// A RenamingStore is a [Store] whose files can be read again and given other
// names, as those of a [Dir].
type RenamingStore interface {
	Store
	// Rename gives a file another name, in one step. What has that name is
	// replaced, or not, as it is by Put. An error wraps [fs.ErrNotExist] if
	// there is no such file.
	Rename(from, to string) error
	// Open opens a file to be read. An error wraps [fs.ErrNotExist] if there
	// is no such file.
	Open(name string) (io.ReadCloser, error)
}

var _ RenamingStore = (*Dir)(nil)

// Rename implements [RenamingStore]. Its errors are a [*FileError].
func (d *Dir) Rename(from, to string) error {
	if err := d.regular(from); err != nil {
		return &FileError{Name: from, Err: WithoutPath(err)}
	}
	if err := d.rename(from, to); err != nil {
		return &FileError{Name: to, Err: WithoutPath(err)}
	}
	return nil
}

func (d *Dir) rename(from, to string) error {
	if !isLocal(to) {
		return errNotLocal
	}
	if err := d.prepareToReplace(from, to); err != nil {
		return err
	}
	if parent := path.Dir(to); parent != "." {
		if err := d.root.MkdirAll(parent, 0o777); err != nil {
			return err
		}
	}
	return d.root.Rename(from, to)
}

// Open implements [RenamingStore]. It opens regular files only.
func (d *Dir) Open(name string) (io.ReadCloser, error) {
	if !isLocal(name) {
		return nil, &FileError{Name: name, Err: errNotLocal}
	}
	f, _, err := wholefile.Open(d.root, name)
	if err != nil {
		return nil, &FileError{Name: name, Err: WithoutPath(err)}
	}
	return f, nil
}

// regular returns an error if a name is not that of a regular file.
func (d *Dir) regular(name string) error {
	if !isLocal(name) {
		return errNotLocal
	}
	info, err := d.root.Lstat(name)
	if err == nil {
		err = wholefile.WantRegular(info)
	}
	return err
}

var errNotLocal = errors.New("not a local file name")

func isLocal(name string) bool {
	return fs.ValidPath(name) && name != "." && filepath.IsLocal(filepath.FromSlash(name))
}
