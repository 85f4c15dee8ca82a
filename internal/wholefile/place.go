package wholefile

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// Put writes all files under temporary names before it renames the first, so
// that files that belong together are hardly ever parted, and calls staged
// between the two. What stands under a file's name is replaced if it is a
// regular, writable file; a directory, a symbolic link or a read-only file is an
// error and stays as it is. A file that is replaced hands on its mode, a new one
// has what the umask leaves. A time that the file system does not let it have
// is not set.
//
// Its error is an [*Error]. The elements of files are Put's to change.
func (s *Store) Put(files []File, staged func()) error {
	for i := range files {
		if err := s.stage(&files[i]); err != nil {
			s.discard(files[:i])
			return Named(files[i].Name, err)
		}
	}
	staged()
	if failed, err := s.place(files); err != nil {
		s.discard(files) // those that are renamed are not there
		return Named(files[failed].Name, err)
	}
	return nil
}

// discard removes what is of no use now; what goes wrong is left to the next
// run.
func (s *Store) discard(files []File) {
	for _, f := range files {
		s.dir.Remove(f.temp)
	}
}

// place gives staged files their names; an error is about the file whose index
// it returns. Most names are free, and then one system call takes the name and
// finds out that it was. The first that is not has all that are left looked at
// before anything is replaced, and if one of these has to stay, the new ones
// go again.
func (s *Store) place(files []File) (failed int, err error) {
	placed := 0
	for placed < len(files) && s.claim(files[placed]) == nil {
		placed++
	}
	for i, f := range files[placed:] {
		if err := s.prepareToReplace(f.temp, f.Name); err != nil {
			for _, f := range files[:placed] {
				s.dir.Remove(f.Name)
			}
			return placed + i, err
		}
	}
	for i, f := range files[placed:] {
		if err := s.replace(f); err != nil {
			return placed + i, err
		}
	}
	return 0, nil
}

// claim gives a staged file a name that is free. Any error means no more than
// that it did not: one that matters comes again when the file is renamed.
func (s *Store) claim(f File) error {
	if strings.Contains(f.Name, "/") {
		return errors.ErrUnsupported // the system would follow links on the way
	}
	return s.dir.renameNew(f.temp, f.Name)
}

// prepareToReplace says whether a file may take the name, as rename would
// silently replace a link, and a file its owner has protected; and gives it the
// mode of the file that has it now.
func (s *Store) prepareToReplace(from, name string) error {
	info, err := s.dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = wantReplaceable(info)
	}
	if err != nil || Kept(info.Mode()) == s.mode && OwnedByUser(info) { // as most are: it is the same already
		return err
	}
	return Keep(s.dir.Root, from, info)
}

// replace gives a staged file its name, whoever has it.
func (s *Store) replace(f File) error {
	err := s.dir.Rename(f.temp, f.Name)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	if err := s.writeBeside(f); err != nil {
		return err
	}
	s.dir.Remove(f.temp)
	return nil
}

// writeBeside puts a file in place whose directory is on another file system:
// there it has to be written again.
func (s *Store) writeBeside(f File) error {
	root, err := s.dir.OpenRoot(path.Dir(f.Name))
	if err != nil {
		return err
	}
	home, err := newDir(root)
	if err != nil {
		return err
	}
	defer home.Close()
	beside := &Store{dir: home, temps: s.temps, mode: s.mode}
	f.Name = path.Base(f.Name)
	if err := beside.write(&f); err != nil {
		return err
	}
	err = beside.prepareToReplace(f.temp, f.Name)
	if err == nil {
		err = home.Rename(f.temp, f.Name)
	}
	if err != nil {
		home.Remove(f.temp)
	}
	return err
}

// Rename gives a file another name, in one step. What has that name is
// replaced, or not, as it is by Put. Its error is an [*Error].
func (s *Store) Rename(from, to string) error {
	if err := s.wantRegular(from); err != nil {
		return Named(from, err)
	}
	return Named(to, s.rename(from, to))
}

// wantRegular returns an error for what is not there, or no regular file.
func (s *Store) wantRegular(name string) error {
	if err := wantLocal(name); err != nil {
		return err
	}
	return s.dir.WantRegular(name)
}

func (s *Store) rename(from, to string) error {
	if err := s.makeParent(to); err != nil {
		return err
	}
	if err := s.prepareToReplace(from, to); err != nil {
		return err
	}
	return s.dir.Rename(from, to)
}
