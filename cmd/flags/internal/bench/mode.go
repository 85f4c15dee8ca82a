package bench

import (
	"context"
	"fmt"
	"slices"

	"getflags/cmd/flags/internal/process"
	"getflags/downloader"
)

// A Mode is one of the things compared: a way in which the engine works, or a
// program.
type Mode struct {
	Name     string // of its kind or its program; the same for each m
	Requests int    // that may be open at once, m
	Writers  int    // goroutines that write files; 0 means in line, or unknown
	Way      string // what modes have in common that differ in m alone
	Alone    bool   // requests are made one at a time: m is no choice
	Optional bool   // if it fails it is left out, and the others go on
	Steps    int    // how often a run takes a step

	// Run runs it once, into an empty directory, and fails unless the run has
	// brought all that it should. It calls step for each step of progress.
	Run func(ctx context.Context, dir string, step func()) (Sample, error)
	// Ideal is how many seconds a run would take if nothing but waiting took
	// time: neither processor nor bandwidth.
	Ideal func(Work) float64
}

// String is the mode's name, and its numbers as options.
func (m Mode) String() string {
	s := m.Name
	if !m.Alone {
		s += fmt.Sprintf(" -m %d", m.Requests)
	}
	if m.Writers > 0 {
		s += fmt.Sprintf(" --writers %d", m.Writers)
	}
	return s
}

// A Sample is what one run took.
type Sample struct {
	process.Cost
	Events []downloader.Event // what the engine told, where it was the engine
}

// HaveLines reports whether some modes differ in m alone, so that lines can be
// drawn from one to the next.
func HaveLines(modes []Mode) bool {
	return slices.ContainsFunc(modes, func(a Mode) bool {
		return slices.ContainsFunc(modes, func(b Mode) bool { return !a.Alone && a.Way == b.Way && a.Requests != b.Requests })
	})
}
