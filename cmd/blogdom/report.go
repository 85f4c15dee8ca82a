package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/internal/command"
)

// printer writes results in one of the formats.
type printer interface {
	result(domain.Result) error
	summary(summary) error
}

// summary is what the whole came to.
type summary struct {
	Names       int      `json:"names"`
	Found       int      `json:"found"`
	NoAddress   int      `json:"no_address"` // names that exist without one
	NotFound    int      `json:"not_found"`
	Errors      int      `json:"errors"`
	TooLong     int      `json:"too_long,omitempty"`
	Repeated    int      `json:"repeated,omitempty"`
	Wildcards   []string `json:"wildcards,omitempty"` // domains in which every name exists
	Interrupted bool     `json:"interrupted,omitempty"`
	Elapsed     float64  `json:"elapsed"` // in seconds
}

// report prints results and counts them.
type report struct {
	printer printer
	tld     string // that words are put under, as servers are asked for it
	start   time.Time
	sum     summary
	zones   map[string]bool // top-level domains in which some name exists
}

func newReport(p printer, tld string) *report {
	if ascii, err := domain.ToASCII(tld); err == nil {
		tld = ascii
	}
	return &report{printer: p, tld: tld, start: time.Now(), zones: map[string]bool{}}
}

// add counts a result and prints it; an error is that of writing.
func (r *report) add(result domain.Result) error {
	r.sum.Names++
	switch {
	case result.Err != nil:
		r.sum.Errors++
	case result.Found():
		r.sum.Found++
	case result.Exists:
		r.sum.NoAddress++
	default:
		r.sum.NotFound++
	}
	if result.Exists {
		r.zones[r.zone(result.ASCII)] = true
	}
	return r.printer.result(result)
}

// zone is the domain whose wildcard would make name exist: that which words
// are put under, or, of a name that is given whole, its last label. There are
// few of them, however many names there are.
func (r *report) zone(name string) string {
	if strings.HasSuffix(name, "."+r.tld) {
		return r.tld
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// findWildcards asks where it says nothing that a name exists.
func (r *report) findWildcards(ctx context.Context, p domain.Prober) {
	r.sum.Wildcards = p.Wildcards(ctx, slices.Sorted(maps.Keys(r.zones)))
}

// close prints the summary and returns how the program is to end: with the
// signal that interrupted it, with what kept words from being read, with
// nothing to do, or by the errors that were printed.
func (r *report) close(interrupt error, s *source) error {
	r.sum.TooLong, r.sum.Repeated = s.tooLong, s.repeated
	r.sum.Interrupted = interrupt != nil
	r.sum.Elapsed = seconds(time.Since(r.start))
	if r.sum.Names == 0 && interrupt == nil {
		if s.err != nil {
			return s.err
		}
		return s.empty()
	}
	if err := r.printer.summary(r.sum); err != nil {
		return err
	}
	switch {
	case interrupt != nil:
		return interrupt
	case s.err != nil:
		return s.err
	case r.sum.Errors > 0:
		return &command.Exit{Code: 1}
	}
	return nil
}

// seconds, to the microsecond: more is noise.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }
