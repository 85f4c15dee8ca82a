package flagserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"getflags/internal/wholefile"
)

// A Dir is a directory of flags with the layout of [Set]: {cc}/{cc}.gif and
// {cc}/metadata.json, and any other files beside them, such as manifest.json. It
// is safe for concurrent use.
type Dir struct{ root *os.Root }

// OpenDir opens a directory to serve. It follows symbolic links that stay inside
// the directory. Changes to files take effect at once. The caller closes the
// Dir after the last request.
func OpenDir(dir string) (*Dir, error) {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the directory to serve: %w", err)
	}
	return &Dir{root}, nil
}

// Open opens a regular file. For anything else, such as a directory or a device,
// the error is [fs.ErrNotExist]; opening a named pipe would wait for a writer.
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

// Stat describes a file or directory.
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

// Close closes the directory. Open files stay open.
func (d *Dir) Close() error { return d.root.Close() }
