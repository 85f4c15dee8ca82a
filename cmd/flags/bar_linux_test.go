package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// screen is a terminal, and what is written to it.
type screen struct {
	t             *testing.T
	master, slave *os.File
}

func newScreen(t *testing.T, columns int) *screen {
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
	s := &screen{t, master, slave}
	s.resize(columns)
	return s
}

func (s *screen) resize(columns int) {
	s.t.Helper()
	if err := unix.IoctlSetWinsize(int(s.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}); err != nil {
		s.t.Fatal(err)
	}
}

// read is what was written since the last time, which is there at once.
func (s *screen) read() string {
	s.t.Helper()
	const end = "\x00end"
	s.slave.WriteString(end)
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

// widest is how many columns the widest line has that was drawn.
func widest(drawn string) (most int) {
	drawn = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`).ReplaceAllString(drawn, "")
	for _, line := range strings.FieldsFunc(drawn, func(r rune) bool { return r == '\r' || r == '\n' }) {
		most = max(most, utf8.RuneCountInString(line))
	}
	return most
}

// pause is until the bar may be drawn again.
func pause() { time.Sleep(barEvery + 5*time.Millisecond) }

// The bar fits the terminal, however wide it is and becomes, or is left out.
func TestBarFits(t *testing.T) {
	for _, name := range []string{"xterm", "dumb"} {
		t.Setenv("TERM", name)
		for columns, want := range map[int]bool{30: false, 60: true, 300: true} {
			s := newScreen(t, columns)
			b := newBar(s.slave, 194)
			pause()
			b.add()
			drawn := s.read()
			if n := widest(drawn); n > columns || strings.Contains(drawn, "flags") != want || want && n < min(columns, 65) {
				t.Errorf("%d columns: the bar takes %d\n%q", columns, n, drawn)
			}
			b.finish()
			if after := s.read(); strings.Contains(after, "flags") || widest(after) > columns || want == (after == "") {
				t.Errorf("%d columns: the end is %q", columns, after)
			}
		}
	}
	for columns, want := range map[int]bool{40: false, 50: true} {
		s := newScreen(t, columns)
		b := newStageBar(s.slave, 100)
		pause()
		b.stage("10/10 concurrent -m 100")
		pause()
		b.add()
		drawn := s.read()
		if n := widest(drawn); n > columns || strings.Contains(drawn, "concurrent") != want {
			t.Errorf("%d columns: the bar of a bench takes %d\n%q", columns, n, drawn)
		}
	}
}

// A window may change while the bar is shown.
func TestBarFollowsWindow(t *testing.T) {
	t.Setenv("TERM", "xterm")
	s := newScreen(t, 80)
	b := newBar(s.slave, 194)
	for _, columns := range []int{80, 45, 15, 70} {
		s.resize(columns)
		s.read()
		pause()
		b.add()
		first := s.read() // takes the old one away
		pause()
		b.add()
		drawn := s.read()
		if n := widest(drawn); n > columns || (drawn == "") != (columns < 40) {
			t.Errorf("%d columns: the bar takes %d\n%q", columns, n, drawn)
		}
		if n := widest(first); n > columns {
			t.Errorf("%d columns: the first takes %d\n%q", columns, n, first)
		}
	}
}

// So it is for a whole run, whatever else is printed.
func TestRunOnTerminal(t *testing.T) {
	for _, columns := range []int{20, 40, 100} {
		s := newScreen(t, columns)
		run := exec.CommandContext(t.Context(), "flags", "-a", "-l", "60", "ZZ", "-m", "10", "-s", localSite(t), "-o", t.TempDir())
		run.Stderr = s.slave
		if err := run.Run(); err != nil {
			t.Errorf("%v", err)
		}
		if drawn := s.read(); widest(drawn) > columns || columns == 100 && !strings.Contains(drawn, "/60)") {
			t.Errorf("%d columns: %q", columns, drawn)
		}
	}
}
