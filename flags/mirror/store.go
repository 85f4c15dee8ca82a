package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"getflags/downloader"
	"getflags/flags"
)

// store is a mirror's directory. What is not finished lies in directories and
// files with temporary names; those of a killed run are put right by repair.
type store struct {
	root *os.Root
	dir  *os.File // the same, to exchange names in it
	// own tells of a file whether an earlier run wrote it, so that it goes
	// when its country has no such file any more. Others stay.
	own func(name string) bool
}

// Temporary names are .mirror-br-0123456789abcdef.new, or .old for what stood
// in a new one's way on systems that cannot exchange two names.
const (
	tempPrefix = ".mirror-"
	newSuffix  = ".new"
	oldSuffix  = ".old"
)

func tempName(owner string) string {
	return fmt.Sprintf("%s%s-%016x", tempPrefix, owner, rand.Uint64())
}

// repair removes what a killed run left, and gives a directory back its name
// that was taken from it to make way.
func (s *store) repair() error {
	names, err := s.dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		owner, ours := strings.CutPrefix(name, tempPrefix)
		owner, _, _ = strings.Cut(owner, "-")
		switch {
		case !ours:
		case strings.HasSuffix(name, oldSuffix) && !s.exists(owner):
			err = s.root.Rename(name, owner)
		default:
			err = s.root.RemoveAll(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *store) exists(name string) bool {
	_, err := s.root.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// Put replaces the directory of a country, in which all files are, by one
// that has them and what else is in the old one.
func (s *store) Put(files []downloader.File) error { return s.PutStaged(files, func() {}) }

// PutStaged is Put, and calls staged when the new directory has all it needs;
// see [downloader.StagingStore].
func (s *store) PutStaged(files []downloader.File, staged func()) error {
	home := path.Dir(files[0].Name)
	temp := tempName(home) + newSuffix
	err := s.stage(temp, home, files)
	if err == nil {
		staged()
		err = s.swap(temp, home)
	}
	return errors.Join(err, s.root.RemoveAll(temp))
}

// stage makes the new directory.
func (s *store) stage(temp, home string, files []downloader.File) error {
	if err := s.root.Mkdir(temp, 0o777); err != nil {
		return fileError(home, err)
	}
	for _, f := range files {
		if err := s.write(path.Join(temp, path.Base(f.Name)), f.Data, f.ModTime); err != nil {
			return fileError(f.Name, err)
		}
	}
	return s.carryOver(temp, home, func(name string) bool {
		return slices.ContainsFunc(files, func(f downloader.File) bool { return f.Name == name })
	})
}

func (s *store) write(name string, data []byte, modified time.Time) error {
	out, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	if err = errors.Join(err, out.Close()); err != nil || modified.IsZero() {
		return err
	}
	return s.root.Chtimes(name, time.Time{}, modified)
}

// carryOver links into the new directory what somebody else put into the old
// one, and refuses to replace what is protected or no file.
func (s *store) carryOver(temp, home string, replaced func(string) bool) error {
	old, err := s.list(home)
	if err != nil {
		return fileError(home, err)
	}
	for _, e := range old {
		name := path.Join(home, e.Name())
		info, err := e.Info()
		switch {
		case err != nil:
		case !e.Type().IsRegular():
			err = errors.New("is not a regular file; a mirror has no place for it")
		case replaced(name) && info.Mode().Perm()&0o222 == 0:
			err = errors.New("is read-only")
		case !replaced(name) && !s.own(name):
			err = s.link(name, path.Join(temp, e.Name()), info)
		}
		if err != nil {
			return fileError(name, err)
		}
	}
	return nil
}

// link makes a second name for a file, or, where the file system knows no
// such thing, a copy.
func (s *store) link(from, to string, info fs.FileInfo) error {
	if s.root.Link(from, to) == nil {
		return nil
	}
	data, err := s.root.ReadFile(from)
	if err != nil {
		return err
	}
	return s.write(to, data, info.ModTime())
}

// list returns what is in a country's directory, nothing if there is none.
func (s *store) list(home string) ([]fs.DirEntry, error) {
	info, err := s.root.Lstat(home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, errors.New("is not a directory")
	}
	return fs.ReadDir(s.root.FS(), home)
}

// swap puts the new directory in the old one's place, which is temp then.
func (s *store) swap(temp, home string) error {
	err := s.root.Rename(temp, home) // if there is none, or an empty one
	if err != nil && s.exists(home) {
		err = exchange(s.dir, temp, home)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		err = s.stepAside(temp, home)
	}
	if err != nil {
		return fileError(home, err)
	}
	return nil
}

// stepAside is swap where the system cannot exchange two names. For a moment
// the directory has only its temporary name; repair knows.
func (s *store) stepAside(temp, home string) error {
	old := tempName(home) + oldSuffix
	if err := s.root.Rename(home, old); err != nil {
		return err
	}
	if err := s.root.Rename(temp, home); err != nil {
		return errors.Join(err, s.root.Rename(old, home))
	}
	return s.root.RemoveAll(old)
}

// replace puts a file at the top of the directory, if it is not the same.
func (s *store) replace(name string, data []byte) error {
	if old, err := s.root.ReadFile(name); err == nil && string(old) == string(data) {
		return nil
	}
	temp := tempName("") + newSuffix
	err := s.write(temp, data, time.Time{})
	if err == nil {
		err = s.root.Rename(temp, name)
	}
	if err != nil {
		s.root.Remove(temp) // of no use now
		return fileError(name, err)
	}
	return nil
}

// remove removes a country's files, the image first, so that none is ever
// without its metadata; and then the directory, unless something else is in it.
func (s *store) remove(c flags.Code, files []Entry) error {
	for _, e := range files {
		if err := s.root.Remove(e.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError(e.Name, err)
		}
	}
	left, err := s.list(c.Lower())
	if err == nil && len(left) == 0 && s.exists(c.Lower()) {
		err = s.root.Remove(c.Lower())
	}
	if err != nil {
		return fileError(c.Lower(), err)
	}
	return nil
}

// fileError names the file, and takes the name, often a temporary one, off
// the error.
func fileError(name string, err error) error {
	return &downloader.FileError{Name: name, Err: downloader.WithoutPath(err)}
}
