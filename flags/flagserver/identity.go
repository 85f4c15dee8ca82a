package flagserver

import (
	"errors"
	"io"
	"io/fs"
	"time"
)

// An identity is of a file with one content. Who changes a content can set
// size and modification time as they were, but not the time of the last
// change, which is the system's; and a file that takes another's place has
// another number.
type identity struct {
	device, number       uint64
	size                 int64
	seconds, nanoseconds int64 // of the last change
	modified             int64 // nanoseconds
}

// settled reports whether the file was left alone for longer than the clocks of
// file systems are coarse, up to two seconds: a change right after another may
// have the same time.
func (i identity) settled(now time.Time) bool {
	return now.Sub(time.Unix(i.seconds, i.nanoseconds)) > 2*time.Second
}

// same reports whether both are known to be of one file with one content.
func same(a, b fs.FileInfo) bool {
	one, ok := identify(a)
	two, ok2 := identify(b)
	return ok && ok2 && one == two
}

// steady is an open file that may not change while it is read: then a read is
// an error, so that nobody gets parts of two contents under one ETag. What
// cannot be told of a file system without identities is not told.
type steady struct {
	io.ReadSeeker
	file fs.File
	was  fs.FileInfo
}

var errChanged = errors.New("the file changed while it was read")

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
