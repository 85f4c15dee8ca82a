// Package record writes what a run did, a line of JSON each, and reads it again
// for --retry-failed.
//
// The first line says what was asked for, the last has the sums; between them
// there is a line for each country. A [Writer] writes them, [Read] reads the
// records of one run or of several, also of one that was cut off.
package record

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"getflags/flags"
)

// A Status says how a country's flag ended.
type Status string

// The statuses of both commands, then those of downloads, then those of mirrors.
const (
	NotFound Status = "not found" // the site does not have it
	Failed   Status = "error"
	NotDone  Status = "not done" // the run ended before it

	Downloaded Status = "downloaded"
	Renamed    Status = "renamed" // of an earlier run: its file has another name now

	Same     Status = "same"
	New      Status = "new"
	Changed  Status = "changed"
	Repaired Status = "repaired"
	Gone     Status = "gone"
)

// updates are the statuses of flags that a mirror fetched, or, in a dry run,
// would have.
func updates() []Status { return []Status{New, Changed, Repaired} }

func statuses() []Status {
	return append(updates(), NotFound, Failed, NotDone, Downloaded, Renamed, Same, Gone)
}

// version is that of the form of what --json writes. A change that an older
// program would misread gets a new one.
const version = 1

// A Command is one that writes records.
type Command string

// The commands that write records.
const (
	OfDownload Command = "download"
	OfMirror   Command = "mirror"
)

// A Begin is the first line that --json writes, under the name "begin":
// what the run was asked for, before it asks the site for any of it. So a
// record that ends early, as its run was killed, still tells what is missing.
type Begin struct {
	Version int          `json:"version"`
	Command Command      `json:"command"`
	Site    string       `json:"site"`              // URL or template, without a password
	DryRun  bool         `json:"dry_run,omitempty"` // of a mirror: it does nothing of what it says
	Asked   []flags.Code `json:"asked"`
	// Kept are, of a retry, the flags that the record it continues tells of.
	Kept []Kept `json:"kept,omitempty"`
}

// A Kept is what matters of a flag that an earlier run has saved.
type Kept struct {
	Code    flags.Code `json:"code"`
	Country string     `json:"country"`
	File    string     `json:"file"`
	SHA256  string     `json:"sha256"`
}

// A Flag is what --json writes of one flag, a line each. Its fields are
// there in any case, so that programs need not ask.
type Flag struct {
	Code     flags.Code `json:"code"`
	Country  string     `json:"country"` // "" where no name arrived
	Status   Status     `json:"status"`
	File     string     `json:"file"`   // path of the image; "" where none was saved
	Bytes    int        `json:"bytes"`  // of the image
	SHA256   string     `json:"sha256"` // of the image, hexadecimal
	URL      string     `json:"url"`    // of the image
	Attempts int        `json:"attempts"`
	Duration float64    `json:"duration"` // seconds
	Error    string     `json:"error"`
}

func (b *Begin) validate() error {
	switch {
	case b.Version > version:
		return fmt.Errorf("is of a newer version of this program (its form is %d, and %d the newest known here): use that", b.Version, version)
	case b.Version < 1:
		return fmt.Errorf("is not what --json writes: no form has version %d", b.Version)
	case slices.ContainsFunc(b.Asked, func(c flags.Code) bool { return !isCode(c) }),
		slices.ContainsFunc(b.Kept, func(k Kept) bool { return !isCode(k.Code) }):
		return errors.New("is not what --json writes: want codes such as BR")
	}
	return nil
}

func isCode(c flags.Code) bool {
	codes, err := flags.ParseCodes(string(c))
	return err == nil && len(codes) == 1 && codes[0] == c
}

// Seconds are rounded to microseconds: more digits say nothing.
func Seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }
