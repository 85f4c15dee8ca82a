package ui

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// Stages is a bar that says what is under way. It is nil where nobody looks; its
// methods do nothing then.
type Stages struct {
	bar  *bar
	last string
}

// NewStages returns a bar of n steps, on standard error if that is a terminal
// and quiet is not wanted.
func NewStages(app *cli.App, quiet bool, n int) *Stages {
	if quiet {
		return nil
	}
	return &Stages{bar: newStageBar(app.ErrWriter, n)}
}

// Step takes a step, and says what is under way if that is new: who asks for m
// flags at once, in which of how many rounds; one below 0 is to warm up.
func (s *Stages) Step(round, rounds int, who string, m int) {
	if s == nil {
		return
	}
	text := fmt.Sprintf("%d/%d %s -m %d", round+1, rounds, who, m)
	if round < 0 {
		text = fmt.Sprintf("warm-up %s -m %d", who, m)
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
