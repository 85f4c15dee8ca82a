package bench

import (
	"fmt"
	"slices"

	"getflags/cmd/flags/internal/ui"
)

// A Kind is a way to go about many requests.
type Kind string

const (
	// Sequential is one goroutine with one request at a time, which writes
	// each flag's files before it asks for the next.
	Sequential Kind = "sequential"
	// Concurrent has up to m requests open, and hands files to writers.
	Concurrent Kind = "concurrent"
	// Inline has up to m requests open too, but a flag's files are written
	// while the place of its last request is held.
	Inline Kind = "inline"
)

// Kinds returns all kinds, the baseline first.
func Kinds() []Kind { return []Kind{Sequential, Concurrent, Inline} }

// A Mode is one of the things compared.
type Mode struct {
	Kind     Kind
	Requests int // that may be open at once, m
	Writers  int // goroutines that write files; 0 means in line
}

// String is the mode's kind, and its numbers as options.
func (m Mode) String() string {
	switch m.Kind {
	case Sequential:
		return string(m.Kind)
	case Inline:
		return fmt.Sprintf("%s -m %d", m.Kind, m.Requests)
	}
	return fmt.Sprintf("%s -m %d --writers %d", m.Kind, m.Requests, m.Writers)
}

// Modes returns the modes of some kinds: concurrent ones for each number of
// requests with each number of writers, of which 0 means inline. Those that
// come out alike are there once.
func Modes(kinds []Kind, requests, writers []int) []Mode {
	var modes []Mode
	add := func(m Mode) {
		if !slices.Contains(modes, m) {
			modes = append(modes, m)
		}
	}
	if slices.Contains(kinds, Sequential) {
		add(Mode{Kind: Sequential, Requests: 1})
	}
	if slices.Contains(kinds, Concurrent) {
		for _, w := range writers {
			for _, m := range requests {
				if w > 0 {
					add(Mode{Concurrent, m, w})
				}
			}
		}
	}
	inline := slices.Contains(kinds, Concurrent) && slices.Contains(writers, 0)
	if inline || slices.Contains(kinds, Inline) {
		for _, m := range requests {
			add(Mode{Kind: Inline, Requests: m})
		}
	}
	return modes
}

// way is what it has in common with the modes that differ in m alone; "" if
// it has no m to differ in.
func (m Mode) way() string {
	switch m.Kind {
	case Sequential:
		return ""
	case Inline:
		return "written in line"
	case Concurrent:
		return fmt.Sprintf("concurrent, %s", ui.Plural(m.Writers, "writer"))
	}
	return string(m.Kind)
}
