package downloader

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"
)

// A shortage is what an operation goes through that found no descriptor free,
// for a connection or a file: the process, or the system, has as many open as
// it may (EMFILE and ENFILE in open(2)). That says nothing about the server or
// the file, so it goes on as soon as there is one.
type shortage struct {
	since time.Time
	wait  time.Duration
}

// Nobody tells when a descriptor is free: whoever waits for one looks, at first
// soon, then now and then, and gives up when it was in vain for so long.
const (
	firstLook = 5 * time.Millisecond
	laterLook = 200 * time.Millisecond
	lastLook  = time.Minute
)

// isShort reports whether an error says that there is no descriptor left. Of
// the errors of a look-up package net keeps only the text.
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

// relieve waits a moment for a descriptor, and closes idle connections, which
// have some. It reports whether to try again.
func (d *Downloader) relieve(ctx context.Context, s *shortage) bool {
	if s.since.IsZero() {
		s.since, s.wait = time.Now(), firstLook
	}
	d.Close()
	if time.Since(s.since) >= lastLook || sleep(ctx, s.wait) != nil {
		return false
	}
	s.wait = min(2*s.wait, laterLook)
	return true
}

// patiently puts files, again as long as there is no descriptor for them. They
// have arrived, so it does not matter whether the run has ended.
func (r *run) patiently(put func() error) error {
	var s shortage
	for {
		err := put()
		if isShort(err) {
			r.places.withdraw()
		}
		if !isShort(err) || !r.relieve(context.WithoutCancel(r.ctx), &s) {
			return err
		}
	}
}
