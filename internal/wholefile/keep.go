package wholefile

import (
	"io/fs"
	"os"
)

// kept are the bits of a mode that a replaced file hands on. Set-user-ID and
// its like make no sense on pictures, but a directory's decide about what
// will be in it.
const (
	keptOfFile = fs.ModePerm
	keptOfDir  = fs.ModePerm | fs.ModeSetgid | fs.ModeSticky
)

// Kept is the part of a mode that [Keep] hands on.
func Kept(mode fs.FileMode) fs.FileMode {
	if mode.IsDir() {
		return mode & keptOfDir
	}
	return mode & keptOfFile
}

// Keep gives a file, or a directory, of the name the mode of what it is to
// replace, and its owner and group as far as the system allows. Where a file
// system knows no modes it does nothing.
func Keep(root *os.Root, name string, old fs.FileInfo) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if uid, gid, differs := owner(old, info); differs {
		// A group of ours can be given, another's file cannot.
		if root.Lchown(name, uid, gid) != nil {
			root.Lchown(name, -1, gid)
		}
		// Changing the owner may have taken bits of the mode away.
		if info, err = root.Lstat(name); err != nil {
			return err
		}
	}
	if Kept(info.Mode()) == Kept(old.Mode()) {
		return nil
	}
	if err := root.Chmod(name, Kept(old.Mode())); err != nil && !Refused(err) {
		return err
	}
	return nil
}

// Alike reports whether what is new has all that people see of the old: mode,
// owner and group.
func Alike(old, new fs.FileInfo) bool {
	_, _, differs := owner(old, new)
	return !differs && Kept(old.Mode()) == Kept(new.Mode())
}
