package bench

import "golang.org/x/sys/unix"

// inMemory reports whether a directory is on a file system in memory.
func inMemory(path string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(path, &fs) == nil && fs.Type == unix.TMPFS_MAGIC
}
