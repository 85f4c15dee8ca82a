package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/bench"
	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/flags"
)

// benchCommand is the command that compares modes, or programs.
type benchCommand struct {
	site       options.Site
	codes      options.Codes
	requests   options.IntList
	writers    options.IntList
	modes      bench.KindList
	runs       command.Int
	warmup     command.Int
	seed       command.Uint64
	delay      command.Seconds
	writeDelay command.Seconds
	dir        string
	quiet      bool
	noMetadata bool
	peers      bool
	documents  options.Documents[*bench.Report]
	network    options.Network
	trace      options.Observation
}

func newBench() *cli.Command {
	b := &benchCommand{
		codes:      options.Codes{AllByDefault: true},
		requests:   options.IntList{Values: []int{1, 5, 20, 100}, Min: 1, Max: 1000},
		writers:    options.IntList{Values: []int{4}, Min: 0, Max: 1000},
		modes:      bench.Kinds(),
		runs:       command.Int{N: 10, Min: 1, Max: 10_000},
		warmup:     command.Int{N: 1, Min: 0, Max: 1000},
		seed:       command.Uint64(rand.Uint64()),
		delay:      command.Seconds{Min: time.Millisecond},
		writeDelay: command.Seconds{},
		documents:  options.NewDocuments(bench.Forms()),
		network:    options.NewNetwork(),
	}
	return &cli.Command{
		Name:        "bench",
		Usage:       "compare sequential and concurrent runs",
		UsageText:   "flags bench [options] [CC ...]\nflags bench --delay .05 -l 10      see what concurrency does against a slow server",
		Description: benchHelp + bench.KindsHelp() + benchDetails,
		Flags:       command.WhenNamed(b.options),
		Action:      b.action,
	}
}

const benchHelp = `Downloads the same flags over and over, without codes all 194, in these modes:

`

const benchDetails = `
In each round every mode has its turn, in an order drawn anew. Each run starts
without connections and writes into a directory of its own, which is removed in
the end; a file that is not that of the first run makes the bench fail. The
servers of the program's own run inside it and take their share of processors;
measure against "flags serve" in another terminal where that matters.

Times are medians, and behind each an interval that holds the true median with
a confidence of 95 %; that takes at least 6 rounds, and is ±? with fewer. How
many times as fast a mode is, is the median of its rounds' ratios; ~ marks what
may be chance, since the interval holds 1. The ideal time is that of the waits
alone: ceil(requests/m) times what a request takes with no other beside it.
Efficiency is ideal over measured time. Beyond the knee no larger m saves a
tenth of the time.

With --peers whole programs compete in place of modes: this one, and curl, wget2
and aria2c, without settings or proxies. A server of the program's own then runs
in a process of its own. Files that are missing or differ disqualify a program.

--json: an object with site, machine, flags (saved by each run), missing,
requests, rounds, warmup, seed, write_delay, latency (of one request alone),
baseline, knee, sentence, writing and modes: a list of objects with mode,
max_requests, writers (0: in line), time, speedup, significant, ideal,
efficiency, requests_per_second, latency (p50, p90, p99 and max, over all
rounds), requests, bytes (of a run's bodies), peak_requests and times (of each
round). With --peers: site, machine, files, bytes, missing, rounds, warmup, seed,
delay (of the server's own), programs, a list of objects with program,
max_requests, wall_ratio, cpu_ratio and memory_ratio (to this program), wall, cpu
(user and system), memory (the most resident), times_ideal (wall over ceil(files/m)
delays) and walls (of each round), and left_out, with program, max_requests (0:
any) and reason.
Times are in seconds, memory in bytes; what has an interval is an object with
median, low and high, the latter null where there are too few rounds.
--csv: a line of names, and one per mode or program with the same fields, the
parts of a field behind an underscore; what is not known is empty.
In place of FILE, - is standard output, and the report is not printed.`

func (b *benchCommand) options() []cli.Flag {
	own := []cli.Flag{
		b.site.ServerFlag(),
		&cli.GenericFlag{Name: "delay", Value: &b.delay, DefaultText: "none",
			Usage: "measure against a server of the program's own that answers each request after `SECONDS`"},
		b.codes.LimitFlag(),
		&cli.GenericFlag{Name: "max_req", Aliases: []string{"max-req", "m"}, Value: &b.requests,
			Usage: "at most m concurrent requests, for each m of `LIST`"},
		&cli.GenericFlag{Name: "modes", Value: &b.modes,
			Usage: "`LIST` of modes to compare with sequential or, without it, with the first"},
		&cli.GenericFlag{Name: "writers", Value: &b.writers,
			Usage: "concurrent runs write files in as many goroutines, for each number of `LIST`; 0 means the mode inline"},
		&cli.GenericFlag{Name: "write-delay", Value: &b.writeDelay, DefaultText: "none",
			Usage: "act as if the disk took `SECONDS` more for each flag"},
		&cli.GenericFlag{Name: "runs", Value: &b.runs, Usage: "measure `N` rounds"},
		&cli.GenericFlag{Name: "warmup", Value: &b.warmup, Usage: "run `N` rounds before that do not count"},
		&cli.GenericFlag{Name: "seed", Value: &b.seed, DefaultText: "random",
			Usage: "`NUMBER` from which the order within the rounds is drawn"},
		&cli.StringFlag{Name: "dir", Destination: &b.dir, DefaultText: "where temporary files go",
			Usage: "let runs write below `DIR`"},
		&cli.BoolFlag{Name: "peers", Destination: &b.peers,
			Usage: "compare this program, as a whole process, with curl, wget2 and aria2c, as far as they are installed"},
		&cli.BoolFlag{Name: "no-metadata", Destination: &b.noMetadata, Usage: "one request per flag"},
		&cli.StringFlag{Name: "trace", Destination: &b.trace.Trace, DefaultText: "none",
			Usage: "write what was done when, in the first round that counts, to `FILE`: a page if it ends in .html, or else JSON for https://ui.perfetto.dev"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &b.quiet,
			Usage: "print neither progress nor report"},
	}
	return options.Join(own, b.documents.Flags(), b.network.SharedFlags())
}

func (b *benchCommand) action(c *cli.Context) error {
	site, err := b.site.Site(c)
	if err != nil {
		return err
	}
	codes, err := b.codes.Select(c)
	if err != nil {
		return err
	}
	if c.IsSet("delay") && c.IsSet("server") {
		return command.Usagef("--delay and --server exclude each other")
	}
	if err := b.documents.Check(); err != nil {
		return err
	}
	if err := b.documents.Open(c); err != nil {
		return err
	}
	defer b.documents.Close()
	defer b.network.LimitTime(c)()
	if b.peers {
		return b.comparePrograms(c, site, codes)
	}
	return b.compareModes(c, site, codes)
}

// compareModes compares those of the engine; it owns the server.
func (b *benchCommand) compareModes(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	drawing, err := b.trace.OpenTrace(c)
	if err != nil {
		return err
	}
	if drawing != nil {
		defer drawing.Close()
	}
	server, site, err := b.startServer(c, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	notes := []string{b.bePolite(site), b.network.Bound(&b.requests, func() string { return b.network.FitOpenFiles(server != nil) })}
	engine := b.engine(site, codes)
	modes := engine.Modes()
	if err := b.plottable(modes); err != nil {
		return err
	}
	ui.Note(c.App, notes...)
	note := server.Note()
	if c.IsSet("delay") {
		note = fmt.Sprintf(" (built-in server, %v for each answer)", b.delay.D)
	}
	b.printHead(c, site, note, codes, ui.Plural(len(modes), "mode")+",")
	return b.measure(c, engine, drawing)
}

// measure lets a subject's modes run, under a bar, and reports.
func (b *benchCommand) measure(c *cli.Context, subject bench.Subject, drawing io.WriteCloser) error {
	steps := 0
	for _, mode := range subject.Modes() {
		steps += mode.Steps
	}
	stages := ui.NewStages(c.App, b.quiet, steps*(b.warmup.N+b.runs.N))
	measured, err := bench.Measure(c.Context, bench.Config{
		Subject: subject, Warmup: b.warmup.N, Runs: b.runs.N, Seed: uint64(b.seed), Dir: b.dir,
		Progress: func(mode bench.Mode, round int) { stages.Step(round, b.runs.N, mode.Name, mode.Requests) },
	})
	stages.Finish()
	if measured.Rounds() == 0 || err != nil && c.Context.Err() == nil {
		return err
	}
	return errors.Join(b.report(c, bench.Analyse(measured)), b.draw(drawing, measured), err)
}

// report prints a report, unless something else is on standard output, and
// writes the documents.
func (b *benchCommand) report(c *cli.Context, r *bench.Report) error {
	if !b.quiet && !b.documents.OnStdout() {
		fmt.Fprint(c.App.Writer, r.Text())
	}
	return b.documents.Write(c, r)
}

// draw writes the trace of the first round, if there is to be one.
func (b *benchCommand) draw(out io.WriteCloser, m *bench.Measured) error {
	if out == nil {
		return nil
	}
	var names []string
	for _, run := range m.First {
		names = append(names, run.Mode.String())
	}
	b.network.Writers.N = slices.Max(b.writers.Values)
	drawn := b.trace.TraceOn(out, "flags bench, one after the other: "+strings.Join(names, ", "), &b.network)
	bench.Replay(m.First, time.Now(), drawn.Observe)
	return drawn.Close()
}

// startServer starts the server that the options ask for, if it is one of the
// program's own.
func (b *benchCommand) startServer(c *cli.Context, site flags.Site) (*builtin.Server, flags.Site, error) {
	if c.IsSet("delay") {
		return builtin.StartDelayed(c.Context, b.delay.D)
	}
	server, err := builtin.Start(c.Context, site, b.network.Timeout.D)
	b.network.Dial = server.Dial(b.network.Timeout.D)
	return server, site, err
}

// bePolite keeps to what is polite on a site, and returns a note if that is
// less than was asked for.
func (b *benchCommand) bePolite(site flags.Site) (note string) {
	return b.network.Bound(&b.requests, func() string { return b.network.BePolite(site) })
}

// plottable refuses a plot that would have no line.
func (b *benchCommand) plottable(modes []bench.Mode) error {
	if b.documents.Wants("plot") && !bench.HaveLines(modes) {
		return command.Usagef("--plot: a plot takes at least two different m, such as -m 1,5,20, of programs or of a mode other than sequential")
	}
	return nil
}

func (b *benchCommand) engine(site flags.Site, codes []flags.Code) *bench.Engine {
	return &bench.Engine{
		Job: flags.Job{Site: site, NoMetadata: b.noMetadata}, Codes: codes,
		Kinds: b.modes, Requests: b.requests.Values, Writers: b.writers.Values,
		Options: b.network.Engine(nil, nil), WriteDelay: b.writeDelay.D, Now: time.Now,
	}
}

// printHead prints what is measured, on which site, and how often.
func (b *benchCommand) printHead(c *cli.Context, site flags.Site, note string, codes []flags.Code, what string) {
	if b.quiet || b.documents.OnStdout() {
		return
	}
	fmt.Fprintf(c.App.Writer, "%v%s\n", site, note)
	fmt.Fprintf(c.App.Writer, "%s: %s\n", ui.Plural(len(codes), "flag"), ui.Codes(codes))
	fmt.Fprintf(c.App.Writer, "%s %s and %d to warm up; seed %v\n\n", what, ui.Plural(b.runs.N, "round"), b.warmup.N, &b.seed)
}
