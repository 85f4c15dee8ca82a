package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/target"
	"getflags/downloader"
	"getflags/downloader/stats"
	"getflags/downloader/trace"
)

// observation is the options that say what is to be told of how a run went.
type observation struct {
	stats bool
	trace string
}

func (o *observation) options() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "stats", Destination: &o.stats,
			Usage: "print where the time went: requests, connections, percentiles, waits"},
		&cli.StringFlag{Name: "trace", Destination: &o.trace, DefaultText: "none",
			Usage: "write what was done when to `FILE`: a page if it ends in .html, or else JSON for https://ui.perfetto.dev"},
	}
}

// observed is what observes a run. Without --stats and --trace it is empty,
// and nothing does.
type observed struct {
	stats *stats.Collector
	trace *trace.File
}

// open begins to observe; title says what.
func (o *observation) open(c *cli.Context, title string, n *network) (*observed, error) {
	seen := &observed{}
	if o.stats {
		seen.stats = stats.New()
	}
	out, err := o.openTrace(c)
	if err != nil || out == nil {
		return seen, err
	}
	seen.trace = o.traceOn(out, title, n)
	return seen, nil
}

// openTrace opens the file for the trace, if there is to be one. Nothing is
// written to it yet.
func (o *observation) openTrace(c *cli.Context) (io.WriteCloser, error) {
	if o.trace == "" {
		return nil, nil
	}
	stream, err := target.Stream(c, o.trace)
	if err != nil {
		return nil, &trace.Error{Name: o.trace, Err: err}
	}
	return stream, nil
}

// traceOn begins a trace on a file that is open.
func (o *observation) traceOn(out io.WriteCloser, title string, n *network) *trace.File {
	return trace.New(out, o.trace, trace.Info{Title: title, MaxRequests: n.maxRequests.N, Writers: n.writers.N})
}

// observer is what an engine is to tell, or nil.
func (o *observed) observer() func(downloader.Event) {
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

// close completes the trace. A run that failed, with err, before anything
// happened leaves the one that was there before.
func (o *observed) close(err error) error {
	switch {
	case o.trace == nil:
		return nil
	case err != nil:
		return o.trace.Abandon()
	}
	return o.trace.Close()
}
