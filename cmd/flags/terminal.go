package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

func isTerminal(w io.Writer) bool {
	if o, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = o.Unwrap()
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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

// bar is the progress bar, or nil where there is no terminal to show it on;
// its methods do nothing then.
type bar struct{ *progressbar.ProgressBar }

func newBar(w io.Writer, n int) *bar {
	return newBarWith(w, n, progressbar.OptionSetDescription("flags"), progressbar.OptionSetWidth(40), progressbar.OptionShowCount())
}

// newStageBar is a bar whose description changes: see stage. It is small
// enough to leave room for that.
func newStageBar(w io.Writer, n int) *bar {
	return newBarWith(w, n, progressbar.OptionSetWidth(24))
}

func newBarWith(w io.Writer, n int, look ...progressbar.Option) *bar {
	if !isTerminal(w) {
		return nil
	}
	b := &bar{progressbar.NewOptions(n, append(look,
		// Hidden behind a plain Writer: the library syncs a file at each step.
		progressbar.OptionSetWriter(struct{ io.Writer }{w}),
		progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
		progressbar.OptionThrottle(65*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)...)}
	b.RenderBlank() // the first flag of a slow site takes seconds
	return b
}

// stage says what the bar is at.
func (b *bar) stage(text string) {
	if b != nil {
		b.Describe(fmt.Sprintf("%-26s", text))
	}
}

func (b *bar) add() {
	if b != nil {
		b.Add(1)
	}
}

// clear takes the bar off the screen until the next add.
func (b *bar) clear() {
	if b != nil {
		b.Clear()
	}
}

// finish takes the bar off the screen for good.
func (b *bar) finish() {
	if b != nil {
		b.Exit()
		b.Clear()
	}
}
