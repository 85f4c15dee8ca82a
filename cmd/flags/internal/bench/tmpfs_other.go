//go:build !linux

package bench

// inMemory reports whether a directory is on a file system in memory.
func inMemory(string) bool { return false }
