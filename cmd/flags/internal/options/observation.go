package options

import (
	"io"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/outfile"
	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/downloader/stats"
	"getflags/downloader/trace"
)

// Observation says what is to be told of how a run went.
type Observation struct {
	Trace string // the name of its file
	stats bool
}

// Flags are all options of the group.
func (o *Observation) Flags() []cli.Flag {
	return under(observationHeading,
		&cli.BoolFlag{Name: "stats", Destination: &o.stats,
			Usage: "print where the time went: requests, connections, percentiles, waits"},
		&cli.StringFlag{Name: "trace", Destination: &o.Trace, DefaultText: "none",
			Usage: "write what was done when to `FILE`: a page if it ends in .html, or else JSON for https://ui.perfetto.dev"},
	)
}

// Check refuses a trace on standard output beside a report.
func (o *Observation) Check(out Output) error {
	if outfile.IsStdout(o.Trace) && (out.JSON || !out.Quiet) {
		return command.Usagef("--trace %s: the report is on standard output, too; want --quiet beside it, or the name of a file", o.Trace)
	}
	return nil
}

// Observed is what observes a run. Without --stats and --trace it is empty,
// and nothing does.
type Observed struct {
	stats *stats.Collector
	trace *trace.File
}

// Open begins to observe; title says what.
func (o *Observation) Open(c *cli.Context, title string, n *Network) (*Observed, error) {
	seen := &Observed{}
	if o.stats {
		seen.stats = stats.New()
	}
	out, err := o.OpenTrace(c)
	if err != nil || out == nil {
		return seen, err
	}
	seen.trace = o.TraceOn(out, title, n)
	return seen, nil
}

// OpenTrace opens the file for the trace, if there is to be one. Nothing is
// written to it yet.
func (o *Observation) OpenTrace(c *cli.Context) (io.WriteCloser, error) {
	if o.Trace == "" {
		return nil, nil
	}
	stream, err := outfile.Stream(c, o.Trace)
	if err != nil {
		return nil, &trace.Error{Name: o.Trace, Err: err}
	}
	return stream, nil
}

// TraceOn begins a trace on a file that is open.
func (o *Observation) TraceOn(out io.WriteCloser, title string, n *Network) *trace.File {
	return trace.New(out, o.Trace, trace.Info{Title: title, MaxRequests: n.MaxRequests.N, Writers: n.Writers.N})
}

// Summary is what --stats tells, or nil without it.
func (o *Observed) Summary() *stats.Summary {
	if o.stats == nil {
		return nil
	}
	return new(o.stats.Summary())
}

// Observer is what an engine is to tell, or nil.
func (o *Observed) Observer() func(downloader.Event) {
	switch {
	case o.stats != nil && o.trace != nil:
		return func(e downloader.Event) {
			o.stats.Observe(e)
			o.trace.Observe(e)
		}
	case o.stats != nil:
		return o.stats.Observe
	case o.trace != nil:
		return o.trace.Observe
	}
	return nil
}

// Close completes the trace. A run that failed, with err, before anything
// happened leaves the one that was there before.
func (o *Observed) Close(err error) error {
	switch {
	case o.trace == nil:
		return nil
	case err != nil:
		return o.trace.Abandon()
	}
	return o.trace.Close()
}
