//go:build !unix

package wholefile

import "syscall"

// full are ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
func full() []syscall.Errno { return []syscall.Errno{39, 112} }
