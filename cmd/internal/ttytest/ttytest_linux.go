// Package ttytest lets tests see what programs draw on a terminal.
package ttytest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// A Terminal is one that programs write to, and what is written to it.
type Terminal struct {
	t      *testing.T
	master *os.File
	Slave  *os.File // where programs write
}

// New makes a terminal of so many columns, until the test ends. It skips the
// test where none can be made.
func New(t *testing.T, columns int) *Terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals can be made here: %v", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals can be used here: %v", err)
	}
	t.Cleanup(func() { master.Close(); slave.Close() })
	s := &Terminal{t, master, slave}
	s.Resize(columns)
	return s
}

// Resize gives the window so many columns.
func (s *Terminal) Resize(columns int) {
	s.t.Helper()
	if err := unix.IoctlSetWinsize(int(s.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}); err != nil {
		s.t.Fatal(err)
	}
}

// Read is what was written since the last time, which is there at once.
func (s *Terminal) Read() string {
	s.t.Helper()
	const end = "\x00end"
	s.Slave.WriteString(end)
	var all strings.Builder
	for buffer := make([]byte, 4096); !strings.HasSuffix(all.String(), end); {
		n, err := s.master.Read(buffer)
		if err != nil {
			s.t.Fatal(err)
		}
		all.Write(buffer[:n])
	}
	return strings.TrimSuffix(all.String(), end)
}

// Widest is how many columns the widest line has that was drawn.
func Widest(drawn string) (most int) {
	drawn = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`).ReplaceAllString(drawn, "")
	for _, line := range strings.FieldsFunc(drawn, func(r rune) bool { return r == '\r' || r == '\n' }) {
		most = max(most, utf8.RuneCountInString(line))
	}
	return most
}
