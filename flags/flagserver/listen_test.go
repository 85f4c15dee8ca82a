package flagserver

import (
	"errors"
	"net"
	"strconv"
	"syscall"
	"testing"
)

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// needIPv6 skips the test on a machine whose loopback has no IPv6.
func needIPv6(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("no IPv6 here: %v", err)
	}
	l.Close()
}

func TestListenLocalhost(t *testing.T) {
	needIPv6(t)
	for range 10 {
		listeners, err := Listen("localhost", 0)
		if err != nil {
			t.Fatal(err)
		}
		defer closeAll(listeners)
		if len(listeners) != 2 || portOf(listeners[0]) != portOf(listeners[1]) {
			t.Fatalf("listening at %v, want two with one port", listeners)
		}
		port := strconv.Itoa(portOf(listeners[0]))
		if got := listeners[0].Addr().String(); got != "127.0.0.1:"+port {
			t.Errorf("first is at %s", got)
		}
		if got := listeners[1].Addr().String(); got != "[::1]:"+port {
			t.Errorf("second is at %s", got)
		}
	}
}

func TestListenElsewhere(t *testing.T) {
	for host, want := range map[string]string{"127.0.0.1": "127.0.0.1", "": "::"} {
		listeners, err := Listen(host, 0)
		if err != nil {
			t.Errorf("%q: %v", host, err)
			continue
		}
		if got := listeners[0].Addr().(*net.TCPAddr).IP.String(); len(listeners) != 1 || got != want {
			t.Errorf("%q: %d listeners, at %s, want one at %s", host, len(listeners), got, want)
		}
		closeAll(listeners)
	}
	if listeners, err := Listen("127.0.0.1", 70000); err == nil {
		closeAll(listeners)
		t.Error("listening on port 70000")
	}
}

// Either address may be the one that is taken; the other must be free again.
func TestListenTakenPort(t *testing.T) {
	needIPv6(t)
	for taken, free := range map[string]string{"127.0.0.1": "::1", "::1": "127.0.0.1", "": ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(taken, "0"))
		if err != nil {
			t.Fatal(err)
		}
		port := portOf(l)
		listeners, err := Listen("localhost", port)
		if !errors.Is(err, syscall.EADDRINUSE) || listeners != nil {
			t.Errorf("%q taken: %v, %v; want EADDRINUSE", taken, listeners, err)
		}
		if free != "" {
			other, err := net.Listen("tcp", net.JoinHostPort(free, strconv.Itoa(port)))
			if err != nil {
				t.Errorf("%s was left open: %v", free, err)
			} else {
				other.Close()
			}
		}
		l.Close()
	}
}

func TestAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if !answers(address) {
		t.Error("nobody answers at a port that is listened on")
	}
	l.Close()
	if answers(address) {
		t.Error("somebody answers at a port that is closed")
	}
}
