package main

import (
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
	Names       int     `json:"names"`
	Found       int     `json:"found"`
	NotFound    int     `json:"not_found"`
	Errors      int     `json:"errors"`
	TooLong     int     `json:"too_long,omitempty"`
	Repeated    int     `json:"repeated,omitempty"`
	Interrupted bool    `json:"interrupted,omitempty"`
	Elapsed     float64 `json:"elapsed"` // in seconds
}

// report prints results and counts them.
type report struct {
	printer printer
	start   time.Time
	sum     summary
}

func newReport(p printer) *report { return &report{printer: p, start: time.Now()} }

// add counts a result and prints it; an error is that of writing.
func (r *report) add(result domain.Result) error {
	r.sum.Names++
	switch {
	case result.Err != nil:
		r.sum.Errors++
	case result.Found():
		r.sum.Found++
	default:
		r.sum.NotFound++
	}
	return r.printer.result(result)
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
