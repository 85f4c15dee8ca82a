//go:build unix

package wholefile

import "syscall"

// withoutWaiting has the system open a named pipe that nobody writes to, so
// that it can be looked at. Of a regular file it changes nothing, and spares
// package os finding out whether it can be waited for.
const withoutWaiting = syscall.O_NONBLOCK
