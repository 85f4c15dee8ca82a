package flagserver

import (
	"io/fs"
	"syscall"
)

// identify returns the identity of a file on disk; other files have none.
func identify(info fs.FileInfo) (identity, bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}, false
	}
	return identity{
		device: uint64(s.Dev), number: s.Ino, size: info.Size(),
		seconds: int64(s.Ctimespec.Sec), nanoseconds: int64(s.Ctimespec.Nsec), modified: info.ModTime().UnixNano(),
	}, true
}
