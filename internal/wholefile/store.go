package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// A File is what is to be put in place.
type File struct {
	// Name is slash-separated, below the directory, and valid by the rules of
	// [io/fs.ValidPath].
	Name    string
	Data    []byte
	ModTime time.Time // unless it is zero

	temp string // where it waits until all are written
}

// A Store is a directory that files are put into, also by several processes at
// the same time, and appear in whole or not at all. It is safe for concurrent
// use.
type Store struct {
	dir   *Dir
	temps Temps
	mode  fs.FileMode // that of a new file
}

// OpenStore opens a directory as a store, making it and its parents where
// needed, and checks that it can be written to. Temporary files that a killed
// process left there are removed, unless another process is using the
// directory just now. One that has it for itself is an error, [ErrInUse].
func OpenStore(name string, t Temps) (*Store, error) {
	dir, err := MakeDir(name)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, temps: t}
	if err = dir.join(s.sweep); err == nil {
		err = s.probe()
	}
	if err != nil {
		dir.Close()
		return nil, err
	}
	return s, nil
}

// Close gives the directory free. No Put may be under way.
func (s *Store) Close() error { return s.dir.Close() }

// sweep removes what leftovers can be removed: what stays is in nobody's way.
func (s *Store) sweep() {
	names, _ := s.dir.names()
	for _, name := range names {
		if s.temps.Is(name) {
			s.dir.Remove(name)
		}
	}
}

// probe tries to write, and finds out what mode a new file has.
func (s *Store) probe() error {
	var f File
	if err := s.write(&f); err != nil {
		return err
	}
	info, err := s.dir.Lstat(f.temp)
	if err == nil {
		s.mode = Kept(info.Mode())
	}
	return errors.Join(err, s.dir.Remove(f.temp))
}

// stage writes a file under a temporary name, once it is clear that it may have
// its own.
func (s *Store) stage(f *File) error {
	if err := s.makeParent(f.Name); err != nil {
		return err
	}
	return s.write(f)
}

// makeParent makes the directory that a file is to be in.
func (s *Store) makeParent(name string) error {
	if err := wantLocal(name); err != nil {
		return err
	}
	parent := path.Dir(name)
	if parent == "." {
		return nil
	}
	err := s.dir.MkdirAll(parent, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is not a directory", parent)
	}
	return err
}

// write writes a file under a new temporary name, at the top of the directory,
// where leftovers are looked for.
func (s *Store) write(f *File) error {
	f.temp = s.temps.New("")
	err := s.dir.write(f.temp, f.Data)
	if err == nil {
		if err = s.dir.setTime(f.temp, f.ModTime); Refused(err) {
			err = nil
		}
	}
	if err != nil {
		s.dir.Remove(f.temp)
	}
	return err
}

// Open opens a regular file to be read, as [Open] does. Its error is an
// [*Error].
func (s *Store) Open(name string) (*os.File, error) {
	if err := wantLocal(name); err != nil {
		return nil, Named(name, err)
	}
	f, _, err := Open(s.dir.Root, name)
	return f, Named(name, err)
}

// wantLocal returns an error for a name that leads, or may lead, elsewhere.
func wantLocal(name string) error {
	if fs.ValidPath(name) && name != "." && filepath.IsLocal(filepath.FromSlash(name)) {
		return nil
	}
	return errors.New("not a local file name")
}
