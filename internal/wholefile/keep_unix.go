//go:build unix

package wholefile

import (
	"io/fs"
	"syscall"
)

// owner is whose the old file is, and whether that is not whose the new is.
func owner(old, new fs.FileInfo) (uid, gid int, differs bool) {
	a, ok := old.Sys().(*syscall.Stat_t)
	b, ok2 := new.Sys().(*syscall.Stat_t)
	if !ok || !ok2 {
		return 0, 0, false
	}
	return int(a.Uid), int(a.Gid), a.Uid != b.Uid || a.Gid != b.Gid
}

// OwnedByUser reports whether a file is the user's own, and of the group that
// new files of the user get.
func OwnedByUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == syscall.Geteuid() && int(stat.Gid) == syscall.Getegid()
}
