package flagserver

import (
	"errors"
	"io"
	"io/fs"
	"time"
)

// An identity stands for one file with one content. A program that changes the
// content can restore size and modification time, but not the change time, which
// the system sets; and a file that replaces another has a different number.
type identity struct {
	device, number       uint64
	size                 int64
	seconds, nanoseconds int64 // change time
	modified             int64 // modification time in nanoseconds
}

// settled reports whether the last change was more than two seconds ago, the
// coarsest resolution of file systems: two changes in quick succession may have
// the same time.
func (i identity) settled(now time.Time) bool {
	return now.Sub(time.Unix(i.seconds, i.nanoseconds)) > 2*time.Second
}

// same reports whether both certainly describe one file with one content.
func same(a, b fs.FileInfo) bool {
	one, ok := identify(a)
	two, ok2 := identify(b)
	return ok && ok2 && one == two
}

// steady is an open file whose Read fails if the file changes meanwhile, so that
// no client gets parts of two contents under one ETag. On a file system without
// identities it cannot detect changes.
type steady struct {
	io.ReadSeeker
	file fs.File
	was  fs.FileInfo
}

var errChanged = errors.New("the file changed while the server read it")

func (s *steady) Read(p []byte) (int, error) {
	n, err := s.ReadSeeker.Read(p)
	if _, known := identify(s.was); !known {
		return n, err
	}
	if is, statErr := s.file.Stat(); statErr != nil || !same(s.was, is) {
		return 0, errChanged
	}
	return n, err
}
