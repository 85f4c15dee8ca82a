//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package downloader

import "os"

// Where directories cannot be locked no process can know that it is alone,
// and leftovers stay.

func lockAlone(*os.File) bool { return false }

func lockShared(*os.File) {}
