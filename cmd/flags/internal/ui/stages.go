package ui

import "io"

// Stages is a bar that says what is under way. It is nil where nobody looks; its
// methods do nothing then.
type Stages struct {
	bar  *bar
	last string
}

// NewStages returns a bar of n steps, on w if that is a terminal.
func NewStages(w io.Writer, n int) *Stages { return &Stages{bar: newStageBar(w, n)} }

// Step takes a step, and says what is under way if that is new.
func (s *Stages) Step(text string) {
	if s == nil {
		return
	}
	if text != s.last {
		s.last = text
		s.bar.stage(text)
	}
	s.bar.add()
}

// Finish takes the bar off the screen for good.
func (s *Stages) Finish() {
	if s != nil {
		s.bar.finish()
	}
}
