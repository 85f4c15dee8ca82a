package ui

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar is the progress bar, or nil where there is no terminal to show it on;
// its methods do nothing then. It is as wide as there is room for, and left out
// for as long as there is none.
type bar struct {
	shown    *progressbar.ProgressBar
	terminal *os.File
	text     string // before the bar
	counts   bool   // whether it says how many of how many
	n, max   int
	looked   time.Time // when the terminal was last asked for its width
	room     bool      // whether there was any
}

// barEvery is how often the bar is drawn at most, and the terminal asked how
// wide it is.
const barEvery = 65 * time.Millisecond

func newBar(w io.Writer, n int) *bar {
	return newBarWith(w, bar{text: "flags", counts: true, max: n}, progressbar.OptionSetWidth(40), progressbar.OptionShowCount())
}

// newStageBar is a bar whose text changes: see stage. It is small enough to
// leave room for that.
func newStageBar(w io.Writer, n int) *bar {
	return newBarWith(w, bar{max: n}, progressbar.OptionSetWidth(24))
}

func newBarWith(w io.Writer, b bar, look ...progressbar.Option) *bar {
	b.terminal = terminal(w)
	if b.terminal == nil {
		return nil
	}
	b.shown = progressbar.NewOptions(b.max, append(look,
		progressbar.OptionSetDescription(b.text),
		// A file, so that the library finds out how wide the terminal is; it
		// also syncs it whenever it draws, which terminals refuse at once.
		progressbar.OptionSetWriter(b.terminal),
		progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
		progressbar.OptionUseANSICodes(erases()),
		progressbar.OptionThrottle(barEvery),
		progressbar.OptionClearOnFinish(),
	)...)
	if b.fits() {
		b.shown.RenderBlank() // the first flag of a slow site takes seconds
	}
	return &b
}

// erases reports whether the terminal knows how to erase a line. Without that
// it is written over with blanks, as many as the bar was wide: too many, once
// the window has become narrower.
func erases() bool {
	name := os.Getenv("TERM")
	return runtime.GOOS != "windows" && name != "" && name != "dumb"
}

// fits reports whether there is room for the bar now.
func (b *bar) fits() bool {
	if now := time.Now(); now.Sub(b.looked) >= barEvery {
		b.looked = now
		columns, _, err := term.GetSize(int(b.terminal.Fd()))
		room := err != nil || columns <= 0 || columns >= b.width() // some do not know
		if b.room && !room {
			b.shown.Clear()
		}
		b.room = room
	}
	return b.room
}

// width is how many columns the bar takes with only five for the bar itself:
// "flags 100% |     | (20/20) [0s:1m10s]".
func (b *bar) width() int {
	count := ""
	if b.counts {
		count = fmt.Sprintf("(%d/%d)", b.n, b.max)
	}
	state := b.shown.State()
	text := fmt.Sprintf("%s%4d%% |     | %s [%s:%s] ", b.text, 100, count, clock(state.SecondsSince), clock(state.SecondsLeft))
	return len([]rune(text))
}

// clock is a time as the bar shows it.
func clock(seconds float64) string { return (time.Duration(max(0, seconds)) * time.Second).String() }

// stage says what the bar is at.
func (b *bar) stage(text string) {
	if b == nil {
		return
	}
	b.text = fmt.Sprintf("%-26s", text)
	if b.fits() {
		b.shown.Describe(b.text)
	}
}

func (b *bar) add() {
	if b == nil {
		return
	}
	b.n++
	if b.fits() {
		b.shown.Set(b.n)
	}
}

// clear takes the bar off the screen until the next add.
func (b *bar) clear() {
	if b != nil && b.room {
		b.shown.Clear()
	}
}

// finish takes the bar off the screen for good.
func (b *bar) finish() {
	if b != nil {
		b.shown.Exit()
		b.clear()
	}
}
