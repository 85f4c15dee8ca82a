package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"getflags/downloader"
	"getflags/downloader/stats"
	"getflags/flags"
)

// A Config says what [Measure] measures.
type Config struct {
	// Job says from where, and whether metadata are fetched; how files are
	// named and which are kept is Measure's own affair.
	Job    flags.Job
	Codes  []flags.Code
	Modes  []Mode
	Engine downloader.Options // but what a Mode says, and Observe

	Warmup, Runs int    // rounds; those to warm up do not count
	Seed         uint64 // of the order within the rounds

	Dir        string        // where runs get their directories
	WriteDelay time.Duration // how much slower the disk is than it is, per flag

	Now      func() time.Time // the clock
	Progress func(Mode, int)  // is told of each flag done, with its mode and round
}

// Measured is what came of a Config: of each mode as many runs as there were
// whole rounds.
type Measured struct {
	Config  Config
	Modes   []ModeRuns // as in the Config
	Files   int        // that each run has saved
	Missing []flags.Code
	// Latency is how long one request holds its place where no other is
	// open: the median of the sequential runs' requests or, where there are
	// no such runs, of ten flags fetched in turn before the first round.
	Latency time.Duration
	// First are the runs of the first round, in their order.
	First []TracedRun
}

// ModeRuns are the runs of one mode.
type ModeRuns struct {
	Mode    Mode
	Seconds []float64 // by round
	Stats   stats.Summary
}

// Rounds is how many whole rounds there were.
func (m *Measured) Rounds() int {
	if m == nil || len(m.Modes) == 0 {
		return 0
	}
	return len(m.Modes[0].Seconds)
}

// A TracedRun is what the engine told of a run.
type TracedRun struct {
	Mode   Mode
	Events []downloader.Event
}

// A run is one mode's turn.
type run struct {
	took    time.Duration
	events  []downloader.Event
	content content
	missing []flags.Code
}

// bench is a measuring under way.
type bench struct {
	Config
	scratch   *scratch
	first     *run // what all others are compared with
	sums      []*stats.Collector
	seconds   [][]float64
	latencies []float64 // of requests with no other beside them
	round     []run     // of the modes in the round under way
	traced    []TracedRun
}

// Measure measures. It fails if a flag fails, or if a run brings anything
// else than the first did. When it returns, with an error or without, it has
// removed what it wrote; what it returns beside an error is the whole rounds
// up to then, which may be none.
func Measure(ctx context.Context, c Config) (m *Measured, err error) {
	c.Job.Name = "{cc}.{ext}" // does not depend on which flag comes first
	c.Job.SaveMetadata = c.Job.Requests() == 2
	b := &bench{Config: c, seconds: make([][]float64, len(c.Modes)), round: make([]run, len(c.Modes))}
	if b.scratch, err = newScratch(c.Dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.scratch.remove()) }()
	for range c.Modes {
		b.sums = append(b.sums, stats.New())
	}
	err = b.probe(ctx)
	if err == nil {
		err = b.rounds(ctx)
	}
	return b.measured(), err
}

// probe finds the latency where no sequential mode will tell.
func (b *bench) probe(ctx context.Context) error {
	if slices.ContainsFunc(b.Modes, func(m Mode) bool { return m.Kind == Sequential }) {
		return nil
	}
	few := *b
	few.Codes = few.Codes[:min(10, len(few.Codes))]
	few.Progress = func(Mode, int) {}
	r, err := few.turn(ctx, Mode{Kind: Sequential, Requests: 1}, -1)
	b.latencies = latencies(r.events)
	return err
}

func (b *bench) rounds(ctx context.Context) error {
	for t := range schedule(len(b.Modes), b.Warmup, b.Runs, b.Seed) {
		mode := b.Modes[t.who]
		r, err := b.turn(ctx, mode, t.round)
		if err == nil {
			err = b.compare(&r)
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return fmt.Errorf("%v, %s: %w", mode, roundName(t.round), err)
		}
		b.round[t.who] = r
		if t.round == 0 {
			b.traced = append(b.traced, TracedRun{mode, r.events})
		}
		if t.finish && t.round >= 0 {
			b.count()
		}
	}
	return nil
}

func roundName(round int) string {
	if round < 0 {
		return "while warming up"
	}
	return fmt.Sprintf("round %d", round+1)
}

// turn makes one run in a directory of its own.
func (b *bench) turn(ctx context.Context, mode Mode, round int) (r run, err error) {
	path, err := b.scratch.next()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, b.scratch.done(path)) }()
	dir, err := downloader.OpenDir(path)
	if err != nil {
		return r, err
	}
	// The garbage of one run is not to be collected at the cost of the next.
	runtime.GC()
	r, err = b.fetch(ctx, dir, mode, round)
	if err := errors.Join(err, dir.Close()); err != nil {
		return r, err
	}
	r.content, err = readContent(path)
	return r, err
}

// fetch is what is timed: a client with no connection yet, until the last
// file is in place.
func (b *bench) fetch(ctx context.Context, dir downloader.StagingStore, mode Mode, round int) (r run, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := func(result flags.Result) {
		switch result.Status {
		case flags.NotFound:
			r.missing = append(r.missing, result.Code)
		case flags.Error:
			cancel(fmt.Errorf("%s: %w", result.Code, result.Err)) // the first is it
		}
		b.Progress(mode, round)
	}
	if b.WriteDelay > 0 {
		dir = slowStore{dir, ctx, b.WriteDelay}
	}
	var seen witness
	start := b.Now()
	engine := downloader.New(b.engine(mode, &seen))
	defer engine.Close()
	if mode.Kind == Sequential {
		err = flags.Sequential(ctx, engine, dir, b.Job, b.Codes, done)
	} else {
		for result := range flags.Download(ctx, engine, dir, b.Job, b.Codes) {
			done(result)
		}
	}
	r.took, r.events = b.Now().Sub(start), seen.events
	slices.Sort(r.missing)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return r, err
}

func (b *bench) engine(mode Mode, seen *witness) downloader.Options {
	o := b.Engine
	o.MaxInFlight, o.Writers, o.Inline = mode.Requests, mode.Writers, mode.Kind == Inline
	o.Observe = seen.observe
	return o
}

// compare holds a run to the first.
func (b *bench) compare(r *run) error {
	switch {
	case b.first == nil && len(r.content) == 0:
		return errors.New("the site has none of these flags")
	case b.first == nil:
		b.first = r
		return nil
	}
	if !slices.Equal(r.missing, b.first.missing) {
		return fmt.Errorf("%v were not found; in the first run it was %v", r.missing, b.first.missing)
	}
	return r.content.compare(b.first.content)
}

// count adds a whole round to the results.
func (b *bench) count() {
	for i, r := range b.round {
		b.seconds[i] = append(b.seconds[i], r.took.Seconds())
		for _, e := range r.events {
			b.sums[i].Observe(e)
		}
		if b.Modes[i].Kind == Sequential {
			b.latencies = append(b.latencies, latencies(r.events)...)
		}
	}
}

// latencies are for how many seconds requests that went well held a slot.
func latencies(events []downloader.Event) (seconds []float64) {
	for _, e := range events {
		if e, ok := e.(*downloader.RequestDone); ok && e.Err == nil {
			seconds = append(seconds, e.Took().Seconds())
		}
	}
	return seconds
}

func (b *bench) measured() *Measured {
	m := &Measured{Config: b.Config, First: b.traced}
	for i, mode := range b.Modes {
		m.Modes = append(m.Modes, ModeRuns{mode, b.seconds[i], b.sums[i].Summary()})
	}
	if b.first != nil {
		m.Files, m.Missing = len(b.first.content), b.first.missing
	}
	if len(b.latencies) > 0 {
		m.Latency = time.Duration(NewEstimate(b.latencies).Median * float64(time.Second))
	}
	return m
}
