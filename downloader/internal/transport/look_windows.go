package transport

import (
	"syscall"
	"unsafe"
)

// fionread asks for the number of bytes that have come (ioctlsocket of Windows
// Sockets 2).
const fionread = 0x4004667f

// peek counts what has come: a read would wait. An end is not seen; the request
// that finds it is sent again on another connection.
func peek(raw syscall.RawConn) func() (int, error) {
	return func() (int, error) {
		var came, size uint32
		var err error
		failed := raw.Control(func(fd uintptr) {
			err = syscall.WSAIoctl(syscall.Handle(fd), fionread, nil, 0,
				(*byte)(unsafe.Pointer(&came)), uint32(unsafe.Sizeof(came)), &size, nil, 0)
		})
		if failed != nil {
			return 0, failed
		}
		return int(came), err
	}
}
