//go:build unix

package transport

import "syscall"

// A glance is a read that must find nothing, not even an end. It is kept with
// the connection, so that to look takes no memory.
type glance struct {
	raw  syscall.RawConn
	read func(fd uintptr) bool
	room [1]byte
	n    int
	err  error
}

func lookAt(raw syscall.RawConn) func() error {
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

func (g *glance) look() error {
	switch failed := g.raw.Read(g.read); {
	case failed != nil:
		return failed
	case g.err == syscall.EAGAIN:
		return nil
	case g.err != nil:
		return g.err
	case g.n > 0:
		return errSpoke
	}
	return errGone
}
