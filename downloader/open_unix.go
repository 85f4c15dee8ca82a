//go:build unix

package downloader

import "syscall"

// ready spares package os, which cannot know that what it opens is a file, five
// system calls by which it finds out that there is nothing to wait for.
const ready = syscall.O_NONBLOCK
