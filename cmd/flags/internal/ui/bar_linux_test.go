package ui

import (
	"strings"
	"testing"
	"time"

	"getflags/cmd/internal/ttytest"
)

// pause is until the bar may be drawn again.
func pause() { time.Sleep(barEvery + 5*time.Millisecond) }

// The bar fits the terminal, however wide it is and becomes, or is left out.
func TestBarFits(t *testing.T) {
	for _, name := range []string{"xterm", "dumb"} {
		t.Setenv("TERM", name)
		for columns, want := range map[int]bool{30: false, 60: true, 300: true} {
			s := ttytest.New(t, columns)
			b := newBar(s.Slave, 194)
			pause()
			b.add()
			drawn := s.Read()
			if n := ttytest.Widest(drawn); n > columns || strings.Contains(drawn, "flags") != want || want && n < min(columns, 65) {
				t.Errorf("%d columns: the bar takes %d\n%q", columns, n, drawn)
			}
			b.finish()
			if after := s.Read(); strings.Contains(after, "flags") || ttytest.Widest(after) > columns || want == (after == "") {
				t.Errorf("%d columns: the end is %q", columns, after)
			}
		}
	}
	for columns, want := range map[int]bool{40: false, 50: true} {
		s := ttytest.New(t, columns)
		b := newStageBar(s.Slave, 100)
		pause()
		b.stage("10/10 concurrent -m 100")
		pause()
		b.add()
		drawn := s.Read()
		if n := ttytest.Widest(drawn); n > columns || strings.Contains(drawn, "concurrent") != want {
			t.Errorf("%d columns: the bar of a bench takes %d\n%q", columns, n, drawn)
		}
	}
}

// A window may change while the bar is shown.
func TestBarFollowsWindow(t *testing.T) {
	t.Setenv("TERM", "xterm")
	s := ttytest.New(t, 80)
	b := newBar(s.Slave, 194)
	for _, columns := range []int{80, 45, 15, 70} {
		s.Resize(columns)
		s.Read()
		pause()
		b.add()
		first := s.Read() // takes the old one away
		pause()
		b.add()
		drawn := s.Read()
		if n := ttytest.Widest(drawn); n > columns || (drawn == "") != (columns < 40) {
			t.Errorf("%d columns: the bar takes %d\n%q", columns, n, drawn)
		}
		if n := ttytest.Widest(first); n > columns {
			t.Errorf("%d columns: the first takes %d\n%q", columns, n, first)
		}
	}
}
