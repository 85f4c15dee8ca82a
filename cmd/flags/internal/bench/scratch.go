package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// scratch is where runs write. On disks, directories are kept until the end:
// ext4 avoids for seconds what was deleted just now, which makes every new
// file some ten times dearer. In memory they go at once, as pages never
// touched before are dear there.
type scratch struct {
	path string
	made int
	kept []string // oldest first
	keep int
}

// mostKept bounds what a long bench takes of the disk.
const mostKept = 100

func newScratch(parent string) (*scratch, error) {
	path, err := os.MkdirTemp(parent, "flags-bench-*")
	if err != nil {
		return nil, fmt.Errorf("directory to write to: %w", err)
	}
	// Programs run below it find what lies beside them by its whole path.
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	s := &scratch{path: path, keep: mostKept}
	if inMemory(path) {
		s.keep = 0
	}
	return s, nil
}

// use calls f with a directory that is of no more use then.
func (s *scratch) use(f func(dir string) error) (err error) {
	dir, err := s.next()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.done(dir)) }()
	return f(dir)
}

// next makes a directory.
func (s *scratch) next() (string, error) {
	s.made++
	path := filepath.Join(s.path, fmt.Sprint(s.made))
	return path, os.Mkdir(path, 0o777)
}

// done says that a directory is of no more use.
func (s *scratch) done(path string) error {
	s.kept = append(s.kept, path)
	var errs []error
	for len(s.kept) > s.keep {
		errs = append(errs, os.RemoveAll(s.kept[0]))
		s.kept = s.kept[1:]
	}
	return errors.Join(errs...)
}

func (s *scratch) remove() error { return os.RemoveAll(s.path) }
