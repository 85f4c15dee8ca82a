//go:build unix

package wholefile

import "syscall"

func full() []syscall.Errno { return []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} }
