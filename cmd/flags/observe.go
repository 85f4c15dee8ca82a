package main

import (
	"github.com/urfave/cli/v2"

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
func (o *observation) open(title string, n *network) (*observed, error) {
	seen := &observed{}
	if o.stats {
		seen.stats = stats.New()
	}
	if o.trace == "" {
		return seen, nil
	}
	var err error
	seen.trace, err = trace.Create(o.trace, trace.Info{Title: title, MaxRequests: n.maxRequests.N, Writers: n.writers.N})
	return seen, err
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

// close completes the trace.
func (o *observed) close() error {
	if o.trace == nil {
		return nil
	}
	return o.trace.Close()
}
