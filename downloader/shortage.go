package downloader

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/internal/wait"
)

// A shortage is the state of an operation for which there is no descriptor: the process,
// or the system, has as many open as it may (EMFILE and ENFILE in open(2)). That says
// nothing about the server or the file, so the operation is repeated until there is one.
type shortage struct {
	since time.Time
	wait  time.Duration
}

// isShort reports whether an error means that there is no descriptor left. Package net
// keeps only the text of a look-up's error.
func isShort(err error) bool {
	if err == nil {
		return false
	}
	var name *net.DNSError
	for _, e := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, e) || errors.As(err, &name) && strings.HasSuffix(name.Err, e.Error()) {
			return true
		}
	}
	return false
}

// relieve closes idle connections, which hold descriptors, waits a moment, and reports
// whether to try again.
func (s *sender) relieve(ctx context.Context, sh *shortage) bool {
	if sh.since.IsZero() {
		sh.since, sh.wait = time.Now(), limit.FirstLook
	}
	s.closeIdle()
	if time.Since(sh.since) >= limit.LastLook || wait.For(ctx, sh.wait) != nil {
		return false
	}
	sh.wait = min(2*sh.wait, limit.LaterLook)
	return true
}
