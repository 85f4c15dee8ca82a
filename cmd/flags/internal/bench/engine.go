package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"getflags/downloader"
	"getflags/flags"
)

// Engine is a [Subject]: the engine of this program, in this process. A run
// fails if a flag does, or if it brings anything else than the first did.
type Engine struct {
	// Job says from where, and whether metadata are fetched; how files are
	// named and which are kept is the Engine's own affair.
	Job   flags.Job
	Codes []flags.Code

	Kinds    []string // of modes
	Requests []int    // each m
	Writers  []int    // each number of them; 0 means the kind Inline

	Options    downloader.Options // but what a mode says, and Observe
	WriteDelay time.Duration      // how much slower the disk is than it is, per flag
	Now        func() time.Time   // the clock

	first  *outcome      // what all others are compared with
	probed time.Duration // the latency, where no mode makes requests alone
}

// An outcome is what a run has brought.
type outcome struct {
	Sample
	content content
	missing []flags.Code
}

// Modes are those of the Engine's kinds, for each m with each number of
// writers. Those that come out alike are there once.
func (e *Engine) Modes() (all []Mode) {
	chosen := e.Kinds
	if slices.Contains(chosen, Concurrent) && slices.Contains(e.Writers, 0) {
		chosen = append(slices.Clip(chosen), Inline)
	}
	for _, k := range kinds() {
		if !slices.Contains(chosen, k.name) {
			continue
		}
		for _, m := range k.settings(e.Requests, e.Writers) {
			m = e.mode(k, m)
			if !slices.ContainsFunc(all, func(o Mode) bool { return o.String() == m.String() }) {
				all = append(all, m)
			}
		}
	}
	return all
}

// mode is one of a kind, ready to run.
func (e *Engine) mode(k kind, m Mode) Mode {
	m.Name, m.Steps = k.name, len(e.Codes)
	m.Ideal = func(w Work) float64 { return k.ideal(w, m) }
	m.Run = func(ctx context.Context, dir string, step func()) (Sample, error) {
		got, err := e.run(ctx, k, m, dir, step)
		if err == nil {
			err = e.check(got)
		}
		return got.Sample, err
	}
	return m
}

// prepare settles what files are called and, where no mode will tell the
// latency, fetches ten flags in turn to find it.
func (e *Engine) prepare(ctx context.Context, s *scratch) error {
	e.Job.Name = "{cc}.{ext}" // does not depend on which flag comes first
	e.Job.SaveMetadata = e.Job.Requests() == 2
	if slices.ContainsFunc(e.Modes(), func(m Mode) bool { return m.Alone }) {
		return nil
	}
	few := *e
	few.Codes = few.Codes[:min(10, len(few.Codes))]
	return s.use(func(dir string) error {
		got, err := few.run(ctx, sequential(), Mode{Requests: 1}, dir, func() {})
		e.probed = median(latencies(got.Events))
		return err
	})
}

// run makes one run.
func (e *Engine) run(ctx context.Context, k kind, m Mode, path string, step func()) (*outcome, error) {
	got := &outcome{}
	dir, err := downloader.OpenDir(path)
	if err != nil {
		return got, err
	}
	err = e.fetch(ctx, k, m, dir, got, step)
	if err := errors.Join(err, dir.Close()); err != nil {
		return got, err
	}
	got.content, err = readContent(path)
	return got, err
}

// fetch is what is timed: a client with no connection yet, until the last
// file is in place.
func (e *Engine) fetch(ctx context.Context, k kind, m Mode, dir downloader.StagingStore, got *outcome, step func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := func(result flags.Result) {
		switch result.Status {
		case flags.NotFound:
			got.missing = append(got.missing, result.Code)
		case flags.Error:
			cancel(fmt.Errorf("%s: %w", result.Code, result.Err)) // the first is it
		}
		step()
	}
	if e.WriteDelay > 0 {
		dir = slowStore{dir, ctx, e.WriteDelay}
	}
	var seen recorder
	start := e.Now()
	d := downloader.New(e.options(k, m, &seen))
	defer d.Close()
	err := k.fetch(ctx, d, dir, e.Job, e.Codes, done)
	got.Wall, got.Events = e.Now().Sub(start), seen.events
	slices.Sort(got.missing)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

func (e *Engine) options(k kind, m Mode, seen *recorder) downloader.Options {
	o := e.Options
	o.MaxInFlight, o.Writers, o.Inline = m.Requests, m.Writers, k.inline
	o.Observe = seen.observe
	return o
}

// check holds a run to the first.
func (e *Engine) check(got *outcome) error {
	switch {
	case e.first == nil && len(got.content) == 0:
		return errors.New("the site has none of these flags")
	case e.first == nil:
		e.first = &outcome{content: got.content, missing: got.missing}
		return nil
	}
	if !slices.Equal(got.missing, e.first.missing) {
		return fmt.Errorf("%v were not found; in the first run it was %v", got.missing, e.first.missing)
	}
	return got.content.compare(e.first.content)
}

// recorder keeps what it is told: adding it up can wait until the run is over.
type recorder struct {
	mu     sync.Mutex
	events []downloader.Event
}

func (w *recorder) observe(e downloader.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}
