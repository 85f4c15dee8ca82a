//go:build unix

package mirror

import "syscall"

// ready spares package os finding out whether a file can be waited for.
const ready = syscall.O_NONBLOCK
