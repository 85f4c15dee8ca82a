//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package wholefile

import (
	"errors"
	"os"
)

func lock(*os.File, Mode) error { return noLock(errors.ErrUnsupported) }
