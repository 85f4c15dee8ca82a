package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"getflags/cmd/flags/internal/process"
	"getflags/downloader"
	"getflags/downloader/stats"
)

// A Config says what [Measure] measures.
type Config struct {
	Subject Subject

	Warmup, Runs int    // rounds; those to warm up do not count
	Seed         uint64 // of the order within the rounds

	Dir      string          // where runs get their directories
	Progress func(Mode, int) // is told of each step of a run, with its mode and round
}

// A Subject is what has the modes: [Engine] or [Programs]. It serves one
// Measure.
type Subject interface {
	// Modes are those that are compared.
	Modes() []Mode
	// prepare does what has to be done before the first run.
	prepare(context.Context, *scratch) error
	// report makes a report of at least one whole round.
	report(*Measured) *Report
}

// Measured is what came of a Config: of each mode as many runs as there were
// whole rounds.
type Measured struct {
	Config Config
	Modes  []Runs // as the Subject has them
	// Latencies are for how many seconds each request held its slot where no
	// other was open.
	Latencies []float64
	// First are the runs of the first round, in their order.
	First []TracedRun
}

// Runs are those of one mode.
type Runs struct {
	Mode   Mode
	Costs  []process.Cost // by round
	Stats  stats.Summary
	Failed error // why it is left out, nil if it is not
}

// A TracedRun is what the engine told of a run.
type TracedRun struct {
	Mode   Mode
	Events []downloader.Event
}

// Rounds is how many whole rounds there were.
func (m *Measured) Rounds() (n int) {
	if m == nil {
		return 0
	}
	for _, r := range m.Modes { // those that failed have fewer
		n = max(n, len(r.Costs))
	}
	return n
}

// bench is a measuring under way.
type bench struct {
	Config
	scratch  *scratch
	measured *Measured
	sums     []*stats.Collector
	round    []Sample // of the modes in the round under way
}

// Measure runs the modes in rounds, each run in a directory of its own. It
// fails if a run does, unless its mode is optional. When it returns, with an
// error or without, it has removed what it wrote; what it returns beside an
// error is the whole rounds up to then, which may be none.
func Measure(ctx context.Context, c Config) (m *Measured, err error) {
	s, err := newScratch(c.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	if err := c.Subject.prepare(ctx, s); err != nil {
		return nil, err
	}
	b := newBench(c, s)
	err = b.rounds(ctx)
	for i, sum := range b.sums {
		b.measured.Modes[i].Stats = sum.Summary()
	}
	return b.measured, err
}

func newBench(c Config, s *scratch) *bench {
	b := &bench{Config: c, scratch: s, measured: &Measured{Config: c}}
	for _, mode := range c.Subject.Modes() {
		b.measured.Modes = append(b.measured.Modes, Runs{Mode: mode})
		b.sums = append(b.sums, stats.New())
	}
	b.round = make([]Sample, len(b.sums))
	return b
}

func (b *bench) rounds(ctx context.Context) error {
	for t := range schedule(len(b.round), b.Warmup, b.Runs, b.Seed) {
		if err := b.turn(ctx, t); err != nil {
			return err
		}
		if t.finish && t.round >= 0 {
			b.count()
		}
	}
	return nil
}

// turn lets a mode run, unless it has failed before.
func (b *bench) turn(ctx context.Context, t turn) error {
	runs := &b.measured.Modes[t.who]
	if runs.Failed != nil {
		return nil
	}
	sample, err := b.sample(ctx, runs.Mode, t.round)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && runs.Mode.Optional:
		runs.Failed = err
	case err != nil:
		return fmt.Errorf("%v, %s: %w", runs.Mode, roundName(t.round), err)
	}
	b.round[t.who] = sample
	if t.round == 0 {
		b.measured.First = append(b.measured.First, TracedRun{runs.Mode, sample.Events})
	}
	return nil
}

func (b *bench) sample(ctx context.Context, mode Mode, round int) (s Sample, err error) {
	err = b.scratch.use(func(dir string) error {
		// The garbage of one run is not to be collected at the cost of the next.
		runtime.GC()
		s, err = mode.Run(ctx, dir, func() { b.Progress(mode, round) })
		return err
	})
	return s, err
}

func roundName(round int) string {
	if round < 0 {
		return "while warming up"
	}
	return fmt.Sprintf("round %d", round+1)
}

// count adds a whole round to the results.
func (b *bench) count() {
	for i, sample := range b.round {
		runs := &b.measured.Modes[i]
		if runs.Failed != nil {
			continue
		}
		runs.Costs = append(runs.Costs, sample.Cost)
		for _, e := range sample.Events {
			b.sums[i].Observe(e)
		}
		if runs.Mode.Alone {
			b.measured.Latencies = append(b.measured.Latencies, latencies(sample.Events)...)
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
