package flagserver

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// wsaEADDRINUSE is the error number of Windows for a port in use, which differs
// from its syscall.EADDRINUSE. No other system uses this number.
const wsaEADDRINUSE = syscall.Errno(10048)

// Listen listens for TCP connections on a port of a host: a name, an address, or
// "" for all addresses of the machine. For localhost it listens on 127.0.0.1 and
// on [::1], because clients differ in which they try first; without IPv6 it
// listens on 127.0.0.1 only. Port 0 means any port that is free on both.
//
// If the port is in use on either address, the error matches
// [syscall.EADDRINUSE], on Windows too. After an error nothing is left open.
func Listen(host string, port int) ([]net.Listener, error) {
	if host != "localhost" {
		l, err := listen(host, port)
		if err != nil {
			return nil, err
		}
		return []net.Listener{l}, nil
	}
	const tries = 20 // a port free on one address may be in use on the other
	var err error
	for range tries {
		var both []net.Listener
		both, err = listenBoth(port)
		if port != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			return both, err
		}
	}
	return nil, err
}

func listenBoth(port int) ([]net.Listener, error) {
	v4, err := listen("127.0.0.1", port)
	if err != nil {
		return nil, err
	}
	v6, err := listen("::1", v4.Addr().(*net.TCPAddr).Port)
	switch {
	case err == nil:
		return []net.Listener{v4, v6}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errors.Join(err, v4.Close())
	}
	return []net.Listener{v4}, nil // no IPv6 here
}

func listen(host string, port int) (net.Listener, error) {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	// Only Linux refuses an address if another program uses the port on all
	// addresses; elsewhere we would take over part of that program's traffic.
	if runtime.GOOS != "linux" && answers(address) {
		return nil, fmt.Errorf("listen on %s: %w", address, syscall.EADDRINUSE)
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, wsaEADDRINUSE) {
		return nil, fmt.Errorf("%w (%w)", err, syscall.EADDRINUSE)
	}
	return l, err
}

// answers reports whether a program accepts connections at address.
func answers(address string) bool {
	const patience = 250 * time.Millisecond // loopback answers or refuses at once
	c, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
