package transport

import (
	"net"
	"syscall"
)

// newAck returns a function that makes the system acknowledge at once everything that has
// arrived on a connection (tcp(7), TCP_QUICKACK), or nil if that is not possible. Linux
// likes to send the acknowledgement with the next request. A server whose system holds
// small pieces back until then (Nagle's algorithm; RFC 9293, section 3.7.4) would send
// bytes beyond an answer just when the next request comes, and no look could find them.
// The system forgets the option, so it is set again after each answer.
func newAck(c net.Conn) func() {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	set := func(fd uintptr) {
		syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) // where it fails, it is as elsewhere
	}
	return func() { raw.Control(set) }
}
