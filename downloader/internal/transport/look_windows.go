package transport

import (
	"syscall"
	"unsafe"
)

// fionread asks for the number of bytes that have come (ioctlsocket of Windows
// Sockets 2).
const fionread = 0x4004667f

// lookAt counts what has come: a read would wait. An end is not seen; the
// request that finds it is sent again on another connection.
func lookAt(raw syscall.RawConn) func() error {
	return func() error {
		var came, size uint32
		var err error
		failed := raw.Control(func(fd uintptr) {
			err = syscall.WSAIoctl(syscall.Handle(fd), fionread, nil, 0,
				(*byte)(unsafe.Pointer(&came)), uint32(unsafe.Sizeof(came)), &size, nil, 0)
		})
		switch {
		case failed != nil:
			return failed
		case err != nil:
			return err
		case came > 0:
			return errSpoke
		}
		return nil
	}
}
