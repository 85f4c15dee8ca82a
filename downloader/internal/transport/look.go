package transport

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// Bytes that a server sends before it is asked are not an answer and must end the
// connection (RFC 9112, section 6.3): taken for an answer, they would shift all that
// follow. So every connection is looked at right before each request.
//
// This leaves the moment between two system calls, about a microsecond. Bytes that
// arrive then, or that the server sends after the request is out but before reading it,
// look exactly like an answer, because HTTP/1.1 has no numbers. The same is true of
// bytes that the server's system held back until the request came, if newAck cannot
// prevent that.
var (
	errSpoke = errors.New("the server said something before it was asked")
	errGone  = errors.New("the server closed the connection before it was asked")
)

// newLook returns a function that looks at a connection: it returns errSpoke if there are
// bytes that have not been read, and errGone if the connection has ended. newLook returns
// nil if neither the system nor the connection can tell; then the connection must not be
// used for another request.
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
