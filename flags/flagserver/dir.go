package flagserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"getflags/internal/wholefile"
)

// A Dir is a directory of flags laid out like [Set]: {cc}/{cc}.gif,
// {cc}/metadata.json, and beside them any other files, such as manifest.json.
// It is safe for concurrent use.
type Dir struct{ root *os.Root }

// OpenDir opens a directory to be served. Symbolic links in it are followed as
// long as they stay inside. Changes to its files show at once. The caller
// closes it when nobody is served from it any more.
func OpenDir(dir string) (*Dir, error) {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the directory to serve: %w", err)
	}
	return &Dir{root}, nil
}

// Open opens a regular file. Anything else, a directory or a device, does not
// exist as far as Open is concerned; to open a named pipe would be to wait for
// somebody to write into it.
func (d *Dir) Open(name string) (fs.File, error) {
	local, err := localName("open", name)
	if err != nil {
		return nil, err
	}
	f, _, err := wholefile.OpenFollowing(d.root, local)
	var kind *wholefile.KindError
	if errors.As(err, &kind) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat tells of a file or directory.
func (d *Dir) Stat(name string) (fs.FileInfo, error) {
	local, err := localName("stat", name)
	if err != nil {
		return nil, err
	}
	return d.root.Stat(local)
}

func localName(op, name string) (string, error) {
	local := filepath.FromSlash(name)
	if !fs.ValidPath(name) || !filepath.IsLocal(local) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return local, nil
}

// ReadDir lists a directory.
func (d *Dir) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.root.FS(), name) }

// Close closes the directory. Files that are open stay so.
func (d *Dir) Close() error { return d.root.Close() }
