package transport

import (
	"net"
	"syscall"
)

// newAck returns what has the system acknowledge at once all that has come on a
// connection (tcp(7), TCP_QUICKACK), or nil where it cannot. Linux likes to wait
// and send the acknowledgement with the next request. A server whose system
// holds small pieces back until then (Nagle's algorithm, RFC 9293, section
// 3.7.4) would send what it has to say beyond an answer just when the request
// comes: no look could find it. The system forgets the option, so it is set anew
// after each answer.
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
