package downloader

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Dir is a [Store] in a directory, into which files appear whole or not at
// all. Each is written under a temporary name and renamed once it is closed,
// so that whoever looks, also after a crash of the process or on a full disk,
// sees the old file or the new one. All access is through an [os.Root]:
// neither a name nor a symbolic link leads outside. Files are not synced; a
// loss of power may undo what was just written.
//
// It is safe for concurrent use, and several processes may share a directory.
type Dir struct {
	root *os.Root
	lock *os.File // held while the directory is in use; see lockShared
}

// OpenDir opens a directory as a store, creating it and its parents where
// needed, and checks that it can be written to. Temporary files that a killed
// process left there are removed, unless another process is using the
// directory just now.
func OpenDir(name string) (*Dir, error) {
	d, err := openDir(name)
	if err != nil {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, fmt.Errorf("output directory %q: %w", name, err)
	}
	return d, nil
}

func openDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root}
	if err := d.prepare(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// prepare removes leftovers if no one else is at work here, and tries to
// write.
func (d *Dir) prepare() (err error) {
	if d.lock, err = d.root.Open("."); err != nil {
		return err
	}
	if lockAlone(d.lock) {
		if err := d.removeLeftovers(); err != nil {
			return err
		}
	}
	lockShared(d.lock)
	temp, err := d.writeTemp(File{})
	if err != nil {
		return err
	}
	return d.root.Remove(temp)
}

// Close gives the directory free. No Put may be under way.
func (d *Dir) Close() error {
	if d.lock != nil {
		d.lock.Close()
	}
	return d.root.Close()
}

// tempName makes up a temporary name; isTemp knows one when it sees it.
func tempName() string { return fmt.Sprintf(".download-%016x.part", rand.Uint64()) }

func isTemp(name string) bool {
	digits, ok := strings.CutPrefix(name, ".download-")
	digits, part := strings.CutSuffix(digits, ".part")
	return ok && part && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}

func (d *Dir) removeLeftovers() error {
	names, err := d.lock.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		if isTemp(name) {
			if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// Put writes all files under temporary names before it renames the first, so
// that files that belong together are hardly ever parted. What stands under
// a file's name is replaced if it is a regular, writable file; a directory, a
// symbolic link or a read-only file is an error and stays as it is.
func (d *Dir) Put(files []File) error { return d.PutStaged(files, func() {}) }

// PutStaged is Put, and calls staged between writing and renaming; see
// [StagingStore].
func (d *Dir) PutStaged(files []File, staged func()) (err error) {
	temps := make([]string, 0, len(files))
	defer func() {
		if err != nil {
			for _, temp := range temps {
				d.root.Remove(temp) // renamed already, or of no use now
			}
		}
	}()
	for _, f := range files {
		temp, err := d.stage(f)
		if err != nil {
			return &FileError{Name: f.Name, Err: WithoutPath(err)}
		}
		temps = append(temps, temp)
	}
	staged()
	for i, f := range files {
		if err := d.root.Rename(temps[i], f.Name); err != nil {
			return &FileError{Name: f.Name, Err: WithoutPath(err)}
		}
	}
	return nil
}

// stage writes f under a temporary name and returns that.
func (d *Dir) stage(f File) (string, error) {
	if !fs.ValidPath(f.Name) || f.Name == "." || !filepath.IsLocal(filepath.FromSlash(f.Name)) {
		return "", errors.New("not a local file name")
	}
	if parent := path.Dir(f.Name); parent != "." {
		err := d.root.MkdirAll(parent, 0o777)
		if errors.Is(err, fs.ErrExist) {
			err = fmt.Errorf("%s is not a directory", parent)
		}
		if err != nil {
			return "", err
		}
	}
	if err := d.replaceable(f.Name); err != nil {
		return "", err
	}
	return d.writeTemp(f)
}

// replaceable says whether a file may take the name: rename would silently
// replace a link, and a file its owner has protected.
func (d *Dir) replaceable(name string) error {
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("is a directory")
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("is a symbolic link")
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	case info.Mode().Perm()&0o222 == 0:
		return errors.New("is read-only")
	}
	return nil
}

// writeTemp writes f under a new temporary name, at the top of the directory,
// where leftovers are looked for. An error of close is an error of the file:
// some file systems tell only then that the disk is full.
func (d *Dir) writeTemp(f File) (temp string, err error) {
	temp = tempName()
	out, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL|ready, 0o666)
	if err != nil {
		return "", err
	}
	_, err = out.Write(f.Data)
	err = errors.Join(err, out.Close())
	if err == nil && !f.ModTime.IsZero() {
		err = d.root.Chtimes(temp, time.Time{}, f.ModTime)
	}
	if err != nil {
		d.root.Remove(temp)
		return "", err
	}
	return temp, nil
}

// A FileError is a file that could not be put in place.
type FileError struct {
	Name string // below the store's directory
	Err  error
}

func (e *FileError) Error() string { return e.Name + ": " + e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

// WithoutPath takes off an error the path that package os puts before its
// cause: a temporary name, say, that means nothing to people. An error without
// one stays as it is.
func WithoutPath(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
