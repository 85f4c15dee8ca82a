package ui

import (
	"fmt"
	"time"

	"getflags/cmd/flags/internal/record"
	"getflags/flags"
)

// A voice is how a command puts things.
type voice interface {
	// begin is what a record says first, but for what is the same for all.
	begin() record.Begin
	// opening says what is about to be done.
	opening(codes []flags.Code, connections int) string
	// line tells of an item, and to whom.
	line(i Item, p painter, verbose bool) line
	// sums are the lines of the report's end.
	sums(t *Tally) []sum
	// summary is the last line of a record.
	summary(t *Tally, s ending) any
}

// A sum is a line of the report's end. It is left out where n is 0, unless
// always.
type sum struct {
	n      int
	text   string // without its full stop
	always bool
}

// An ending is what all summaries have.
type ending struct {
	Site     string
	Bytes    int64
	Duration time.Duration
	Stats    *statistics
}

// A line is a message for people.
type line struct {
	to   audience
	text string
}

// An audience is who reads a line.
type audience int

const (
	watchers audience = iota // whoever wants a line for everything
	readers                  // of standard output, unless they want quiet
	everyone                 // of standard error
)

// failure is an item's error, for everyone.
func failure(i Item) line { return line{everyone, fmt.Sprintf("%s: %v", i.Code, i.Err)} }
