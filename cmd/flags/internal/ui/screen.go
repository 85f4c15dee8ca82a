package ui

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// A screen is where people read.
type screen struct {
	program string
	stdout  io.Writer // also where nobody reads it, but a program
	out     io.Writer // for people
	err     io.Writer
	verbose bool
	paint   painter
	bar     *bar // may be nil
}

func newScreen(app *cli.App, want options.Output) screen {
	s := screen{
		program: app.Name, stdout: app.Writer, out: app.Writer, err: app.ErrWriter,
		verbose: want.Verbose && !want.Quiet, paint: newPainter(app.Writer),
	}
	if want.Quiet || want.JSON {
		s.out = io.Discard
	}
	return s
}

// show shows a line to whom it is for.
func (s *screen) show(l line) {
	switch {
	case l.to == everyone:
		s.complain(l.text)
	case l.to == readers, s.verbose:
		s.print(l.text)
	}
}

// print prints on standard output, round the bar.
func (s *screen) print(text string) {
	s.bar.clear()
	fmt.Fprintln(s.out, text)
}

// Note tells everyone something that is no part of a report. The text "" is none.
func Note(app *cli.App, texts ...string) {
	for _, text := range texts {
		if text != "" {
			fmt.Fprintf(app.ErrWriter, "%s: %s\n", app.Name, visible.Text(text))
		}
	}
}

// complain prints on standard error, round the bar.
func (s *screen) complain(text string) {
	s.bar.clear()
	fmt.Fprintf(s.err, "%s: %s\n", s.program, visible.Text(redact.Text(text)))
}
