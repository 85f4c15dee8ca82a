package downloader

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"time"

	"getflags/internal/wholefile"
)

// Put writes all files under temporary names before it renames the first, so
// that files that belong together are hardly ever parted. What stands under
// a file's name is replaced if it is a regular, writable file; a directory, a
// symbolic link or a read-only file is an error and stays as it is. A file that
// is replaced hands on its mode, a new one has what the umask leaves. A time
// that the file system does not let it have is not set.
func (d *Dir) Put(ctx context.Context, files []File) error {
	return d.PutStaged(ctx, files, func() {})
}

// PutStaged is Put, and calls staged between writing and renaming; see
// [StagingStore].
func (d *Dir) PutStaged(_ context.Context, files []File, staged func()) error {
	temps := make([]string, 0, len(files))
	for _, f := range files {
		temp, err := d.stage(f)
		if err != nil {
			d.discard(temps)
			return fileError(f, err)
		}
		temps = append(temps, temp)
	}
	staged()
	if failed, err := d.place(temps, files); err != nil {
		d.discard(temps) // those that are renamed are not there
		return fileError(files[failed], err)
	}
	return nil
}

func fileError(f File, err error) error { return &FileError{Name: f.Name, Err: WithoutPath(err)} }

// discard removes files that are of no use now; what goes wrong is left to the
// next run.
func (d *Dir) discard(names []string) {
	for _, name := range names {
		d.root.Remove(name)
	}
}

// stage writes f under a temporary name and returns that.
func (d *Dir) stage(f File) (string, error) {
	if !isLocal(f.Name) {
		return "", errNotLocal
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
	return d.writeTemp(f)
}

// writeTemp writes f under a new temporary name, at the top of the directory,
// where leftovers are looked for.
func (d *Dir) writeTemp(f File) (temp string, err error) {
	temp = tempName()
	err = d.create(temp, f.Data)
	if err == nil && !f.ModTime.IsZero() {
		if err = d.root.Chtimes(temp, time.Time{}, f.ModTime); wholefile.Refused(err) {
			err = nil
		}
	}
	if err != nil {
		d.root.Remove(temp)
		return "", err
	}
	return temp, nil
}

// place gives staged files their names; an error is about the file whose index
// it returns. Most names are free, and then one system call takes the name and
// finds out that it was. The first that is not has all that are left looked at
// before anything is replaced, and if one of these has to stay, the new ones
// go again.
func (d *Dir) place(temps []string, files []File) (failed int, err error) {
	placed := 0
	for placed < len(files) && d.claim(temps[placed], files[placed].Name) == nil {
		placed++
	}
	for i, f := range files[placed:] {
		if err := d.prepareToReplace(temps[placed+i], f.Name); err != nil {
			for _, f := range files[:placed] {
				d.root.Remove(f.Name)
			}
			return placed + i, err
		}
	}
	for i, f := range files[placed:] {
		err := d.root.Rename(temps[placed+i], f.Name)
		if errors.Is(err, syscall.EXDEV) {
			if err = d.writeBeside(f); err == nil {
				d.root.Remove(temps[placed+i])
			}
		}
		if err != nil {
			return placed + i, err
		}
	}
	return 0, nil
}

// claim gives a staged file a name that is free. Any error means no more than
// that it did not: one that matters comes again when the file is renamed.
func (d *Dir) claim(temp, name string) error {
	if strings.Contains(name, "/") {
		return errors.ErrUnsupported // the system would follow links on the way
	}
	return d.renameNew(temp, name)
}

// prepareToReplace says whether a staged file may take the name, as rename
// would silently replace a link, and a file its owner has protected; and gives
// it the mode of the file that has it now.
func (d *Dir) prepareToReplace(temp, name string) error {
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = wholefile.WantRegular(info)
	}
	switch {
	case err != nil:
		return err
	case info.Mode().Perm()&0o222 == 0:
		return errors.New("is read-only")
	case wholefile.Kept(info.Mode()) == d.mode && wholefile.OwnedByUser(info):
		return nil // as most are: it is the same already
	}
	return wholefile.Keep(d.root, temp, info)
}

// writeBeside puts a file in place whose directory is on another file system:
// there it has to be written again.
func (d *Dir) writeBeside(f File) error {
	home, err := d.root.OpenRoot(path.Dir(f.Name))
	if err != nil {
		return err
	}
	below, err := home.Open(".")
	if err != nil {
		home.Close()
		return err
	}
	beside := &Dir{root: home, lock: below, mode: d.mode}
	defer beside.Close()
	f.Name = path.Base(f.Name)
	temp, err := beside.writeTemp(f)
	if err == nil {
		err = beside.prepareToReplace(temp, f.Name)
	}
	if err == nil {
		err = home.Rename(temp, f.Name)
	}
	if err != nil && temp != "" {
		home.Remove(temp)
	}
	return err
}
