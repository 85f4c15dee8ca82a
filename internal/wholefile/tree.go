package wholefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"sync/atomic"
	"time"
)

// A Tree is a directory of directories, its homes, each with files that belong
// together and are replaced together, in one step where the file system can do
// that. One run at a time is at work in it. What is not finished lies in
// directories and files with temporary names; [Tree.Repair] puts right those of
// a killed run.
//
// Others may keep things in it, too. Nothing of theirs is replaced or removed,
// and none of it is in the way.
//
// It is safe for concurrent use, but for two calls about one home.
type Tree struct {
	dir    *Dir
	rules  Rules
	noSwap atomic.Bool // the file system cannot exchange directories

	mu         sync.Mutex
	unfinished []string // temporary names that could not be removed
}

// Rules say what in a [Tree] is its own. The functions are called by several
// goroutines at once.
type Rules struct {
	Temps Temps
	// IsHome reports whether a home may have such a name.
	IsHome func(name string) bool
	// IsOwn reports whether a file has a name, such as "home/file", that the
	// tree's own files have.
	IsOwn func(name string) bool
	// IsPast reports whether an earlier run wrote a file, and it is to go with
	// the next version of its home.
	IsPast func(name string) bool
	// Note is told what does not go well though nothing fails, with the name
	// of a file or directory, if it is about one, and the cause.
	Note func(t Trouble, name string, cause error)
}

// A Trouble is what does not go well though nothing fails.
type Trouble int

const (
	NoTime   Trouble = iota // files do not get their times
	Stays                   // a file that has to go cannot be removed
	Leftover                // something of no use, but no harm either, cannot be removed
)

// NewTree is the tree in a directory, which it does not close.
func NewTree(dir *Dir, r Rules) *Tree { return &Tree{dir: dir, rules: r} }

// Put replaces files of a home, in which all of them are, and has all files go
// that are of the past. It calls staged once all are written but nothing is
// replaced. An error, which names a file or the home, is one before which, or
// after which again, all was as it had been; where that cannot be, it says so.
func (t *Tree) Put(files []File, staged func()) error {
	h, err := t.survey(files)
	if err != nil {
		return err
	}
	temp, err := t.makeTemp(h.name)
	if err != nil {
		return err
	}
	r := &replacement{Tree: t, home: h, files: files, temp: temp, staged: sync.OnceFunc(staged)}
	err = r.run()
	t.later(temp, r.tidy(err != nil))
	return err
}

// makeTemp makes a directory for what a home is to have, or had. Its name is
// that of the files, too, which wait in the home itself: it is at the top, where
// leftovers are looked for.
func (t *Tree) makeTemp(home string) (string, error) {
	temp := t.rules.Temps.New(home + "-")
	return temp, Named(home, t.dir.Mkdir(temp, 0o777))
}

// write writes a new file, with the mode of old unless that is nil.
func (t *Tree) write(name string, f File, old fs.FileInfo) error {
	out, err := t.create(name, old)
	if err != nil {
		return err
	}
	if err := fill(out, f.Data); err != nil {
		return err
	}
	return t.SetTime(name, f.ModTime)
}

// fill writes the content of a new file. An error of close is an error of the
// file: some file systems tell only then that the disk is full.
func fill(out io.WriteCloser, data []byte) error {
	_, err := out.Write(data)
	return errors.Join(err, out.Close())
}

// create makes a new file, with the mode of old unless that is nil: at no
// moment may it be read by those who might not read the old one.
func (t *Tree) create(name string, old fs.FileInfo) (*os.File, error) {
	perm := fs.FileMode(0o666)
	if old != nil {
		perm = Kept(old.Mode())
	}
	out, err := t.dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil || old == nil {
		return out, err
	}
	if err := Keep(t.dir.Root, name, old); err != nil {
		out.Close()
		t.later(name, t.dir.Remove(name)) // the caller has no file to remove
		return nil, err
	}
	return out, nil
}

// SetTime gives a file a modification time, unless it is zero, where the file
// system, and the file's owner, let it have one.
func (t *Tree) SetTime(name string, modified time.Time) error {
	err := t.dir.setTime(name, modified)
	if err == nil || !Refused(err) {
		return err
	}
	t.rules.Note(NoTime, name, Cause(err))
	return nil
}

// isOwn reports whether an entry of a home, or of a temporary directory with
// its files, is one that the tree wrote.
func (t *Tree) isOwn(home string, e fs.DirEntry) bool {
	name := path.Join(home, e.Name())
	return e.Type().IsRegular() && (t.rules.IsOwn(name) || t.rules.IsPast(name) || t.rules.Temps.Begins(name))
}
