package main

import (
	"os/exec"
	"strings"
	"testing"

	"getflags/cmd/internal/ttytest"
)

// The bar fits the terminal for a whole run, whatever else is printed.
func TestRunOnTerminal(t *testing.T) {
	for _, columns := range []int{20, 40, 100} {
		s := ttytest.New(t, columns)
		run := exec.CommandContext(t.Context(), "flags", "-a", "-l", "60", "ZZ", "-m", "10", "-s", localSite(t), "-o", t.TempDir())
		run.Stderr = s.Slave
		if err := run.Run(); err != nil {
			t.Errorf("%v", err)
		}
		if drawn := s.Read(); ttytest.Widest(drawn) > columns || columns == 100 && !strings.Contains(drawn, "/60)") {
			t.Errorf("%d columns: %q", columns, drawn)
		}
	}
}
