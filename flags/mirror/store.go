package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/wholefile"
)

// store is a mirror's directory. What is not finished lies in directories and
// files with temporary names; those of a killed run are put right by repair.
type store struct {
	root *os.Root
	dir  *os.File // the same, to exchange names in it
	// own tells of a file whether an earlier run wrote it and it is to go with
	// the next version of its country. Others stay.
	own    func(name string) bool
	notes  notes
	noSwap atomic.Bool // the file system cannot exchange directories

	mu         sync.Mutex
	unfinished []string // temporary names that could not be removed
}

// Temporary names are .mirror-br-0123456789abcdef.new. Files that wait in a
// country's own directory begin with the name of an empty one at the top,
// where leftovers are looked for. Versions before 2 left .old for what they had
// taken the name from.
const (
	tempPrefix = ".mirror-"
	newSuffix  = ".new"
	oldSuffix  = ".old"
)

func tempName(owner string) string {
	return fmt.Sprintf("%s%s-%016x%s", tempPrefix, owner, rand.Uint64(), newSuffix)
}

func isTemp(name string) bool { return strings.HasPrefix(path.Base(name), tempPrefix) }

// ownerOf is the country's directory that a temporary name is about, or "".
func ownerOf(temp string) string {
	owner, _, _ := strings.Cut(strings.TrimPrefix(temp, tempPrefix), "-")
	codes, err := flags.ParseCodes(owner)
	if err != nil || len(codes) != 1 || codes[0].Lower() != owner {
		return ""
	}
	return owner
}

func (s *store) exists(name string) bool {
	_, err := s.root.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// Put replaces the files of a country, all in one directory, in one step where
// the file system can do that.
func (s *store) Put(ctx context.Context, files []downloader.File) error {
	return s.PutStaged(ctx, files, func() {})
}

// PutStaged is Put, and calls staged when all is written but nothing replaced;
// see [downloader.StagingStore].
func (s *store) PutStaged(_ context.Context, files []downloader.File, staged func()) error {
	h, err := s.survey(files)
	if err != nil {
		return err
	}
	temp := tempName(h.name)
	if err := s.root.Mkdir(temp, 0o777); err != nil {
		return fileError(h.name, err)
	}
	r := &replacement{store: s, home: h, files: files, temp: temp, staged: sync.OnceFunc(staged)}
	err = r.run()
	s.later(temp, r.tidy(err != nil))
	return err
}

// write writes a new file, with the mode of old unless that is nil.
func (s *store) write(name string, data []byte, modified time.Time, old fs.FileInfo) error {
	out, err := s.create(name, old)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return s.setTime(name, modified)
}

// create makes a new file, with the mode of old unless that is nil: at no
// moment may it be read by those who might not read the old one.
func (s *store) create(name string, old fs.FileInfo) (*os.File, error) {
	perm := fs.FileMode(0o666)
	if old != nil {
		perm = wholefile.Kept(old.Mode())
	}
	out, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil || old == nil {
		return out, err
	}
	if err := wholefile.Keep(s.root, name, old); err != nil {
		out.Close()
		s.later(name, s.root.Remove(name)) // the caller has no file to remove
		return nil, err
	}
	return out, nil
}

// setTime gives a file the site's time, where the file system, and the file's
// owner, let it have one.
func (s *store) setTime(name string, modified time.Time) error {
	if modified.IsZero() {
		return nil
	}
	err := s.root.Chtimes(name, time.Time{}, modified)
	if err == nil || !wholefile.Refused(err) {
		return err
	}
	s.notes.add("times", fmt.Sprintf("files do not get the site's times here: %v", wholefile.Cause(err)))
	return nil
}

// list returns what is in a directory, nothing if there is none.
func (s *store) list(name string) ([]fs.DirEntry, error) {
	below, _, err := wholefile.OpenBelow(s.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer below.Close()
	return fs.ReadDir(below.FS(), ".")
}

// fileError names the file, and takes the name, often a temporary one, off
// the error.
func fileError(name string, err error) error {
	return wholefile.Named(name, err)
}
