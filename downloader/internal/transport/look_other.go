//go:build !unix && !windows

package transport

import "syscall"

// peek returns nil: here nothing tells what has come.
func peek(syscall.RawConn) func() (int, error) { return nil }
