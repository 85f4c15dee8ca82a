//go:build unix

package transport

import "syscall"

// usable reports whether an idle connection is open, and the server has not
// said anything on it: what it says before it is asked is no answer.
func (c *conn) usable() bool {
	if c.raw == nil {
		return true
	}
	var err error
	failed := c.raw.Read(func(fd uintptr) bool {
		_, err = syscall.Read(int(fd), make([]byte, 1))
		return true
	})
	return failed == nil && err == syscall.EAGAIN
}
