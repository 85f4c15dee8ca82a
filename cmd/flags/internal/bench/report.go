package bench

import "getflags/cmd/flags/internal/timeplot"

// A Report is what is told of a measuring, whatever was compared. What it
// says is the same in every form; each form has a file of its own.
type Report struct {
	summary  string // what was measured, in a line or two
	machine  Machine
	sections []section
	title    string            // of the plot
	series   []timeplot.Series // those drawn last are on top
	object   any               // of JSON
	records  []record          // of CSV
}

// A section is a table and what is to be said of it, which may be nothing.
type section struct {
	table table
	prose string
}

// A table is rows of cells under a head of one or more lines. All columns
// but those on the left are aligned to the right.
type table struct {
	left int // how many columns are aligned to the left
	head [][]string
	rows [][]string
}

// A record is one mode in numbers, with the names of its fields.
type record []field

// A field's value is a number, a word, or an *Estimate or *bool, which may be
// nil: unknown.
type field struct {
	name  string
	value any
}
