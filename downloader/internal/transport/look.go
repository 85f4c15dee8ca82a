package transport

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// What a server says before it is asked is no answer, and has to end the
// connection (RFC 9112, section 6.3): taken for one, it would shift all that
// follow. So every connection is looked at right before each request.
//
// This leaves the moment between two system calls, a microsecond or so. What
// comes then, and what the server sends after the request is out, but before it
// has read it, looks exactly like an answer: HTTP/1.1 numbers nothing. So does
// what the server's system has held back until the request came, where newAck
// cannot prevent that.
var (
	errSpoke = errors.New("the server said something before it was asked")
	errGone  = errors.New("the server closed the connection before it was asked")
)

// newLook returns what looks at a connection: an error tells that something has
// come on it that was not read, errSpoke, or its end, errGone. It is nil where
// neither the system nor the connection can tell; then no answer may be
// followed by another request.
func newLook(c net.Conn) func() error {
	if q, ok := c.(interface{ Quiet() bool }); ok {
		return func() error {
			if q.Quiet() {
				return nil
			}
			return errSpoke
		}
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	peek := peek(raw)
	if peek == nil {
		return nil
	}
	return func() error {
		switch n, err := peek(); {
		case n > 0:
			return errSpoke
		case err == io.EOF:
			return errGone
		default:
			return err
		}
	}
}
