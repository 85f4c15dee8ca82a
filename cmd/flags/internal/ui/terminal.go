package ui

import (
	"io"
	"os"

	"golang.org/x/term"
)

func isTerminal(w io.Writer) bool { return terminal(w) != nil }

// terminal is the terminal that w writes to, or nil.
func terminal(w io.Writer) *os.File {
	if o, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = o.Unwrap()
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// painter colours words, on a terminal only and never where NO_COLOR is set
// (https://no-color.org).
type painter struct{ on bool }

func newPainter(w io.Writer) painter {
	return painter{isTerminal(w) && os.Getenv("NO_COLOR") == ""}
}

func (p painter) green(s string) string  { return p.colour("32", s) }
func (p painter) yellow(s string) string { return p.colour("33", s) }
func (p painter) red(s string) string    { return p.colour("31", s) }

func (p painter) colour(code, s string) string {
	if !p.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
