//go:build unix

package transport

import (
	"io"
	"syscall"
)

// A glance is a read that should find nothing. It is kept with the connection, so
// that looking takes no memory.
type glance struct {
	raw  syscall.RawConn
	read func(fd uintptr) bool
	room [1]byte
	n    int
	err  error
}

// peek returns a function that tells how many bytes have come, at least; [io.EOF]
// is the end. It takes what it finds, and never waits.
func peek(raw syscall.RawConn) func() (int, error) {
	g := &glance{raw: raw}
	g.read = func(fd uintptr) bool {
		for {
			g.n, g.err = syscall.Read(int(fd), g.room[:])
			if g.err != syscall.EINTR {
				return true // whatever it found: nobody waits here
			}
		}
	}
	return g.look
}

func (g *glance) look() (int, error) {
	switch failed := g.raw.Read(g.read); {
	case failed != nil:
		return 0, failed
	case g.err == syscall.EAGAIN:
		return 0, nil
	case g.err == nil && g.n == 0:
		return 0, io.EOF
	}
	return g.n, g.err
}
