package ui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/visible"
)

// A Report shows how a run goes: what was asked for and what came of it on
// standard output, errors and the bar on standard error. It is for several
// goroutines at once, since network workers tell of pauses.
type Report struct {
	// Tally counts what has arrived. The command reads it, and adds what it
	// deleted, when all items have been told.
	Tally Tally
	// Seen, which the command sets, is shown in the end.
	Seen *options.Observed

	mu      sync.Mutex
	voice   voice
	screen  screen
	want    options.Output
	record  *record.Writer // nil without --json
	site    flags.Site
	started time.Time
}

// NewDownload returns the report of a download, which goes on from what an
// earlier run kept.
func NewDownload(app *cli.App, want options.Output, kept []record.Kept) *Report {
	return newReport(app, want, download{kept})
}

// NewMirror returns the report of a mirror's run.
func NewMirror(app *cli.App, want options.Output, dryRun bool) *Report {
	return newReport(app, want, mirroring{want.Dir, dryRun})
}

func newReport(app *cli.App, want options.Output, v voice) *Report {
	return &Report{
		Tally: Tally{count: map[record.Status]int{}}, Seen: &options.Observed{},
		voice: v, screen: newScreen(app, want), want: want, started: time.Now(),
	}
}

// Ask tells what a site is to be asked for, before it is. Its error is one of
// writing: without its first line a record is of no use.
func (r *Report) Ask(site flags.Site, codes []flags.Code) (err error) {
	if !r.want.JSON {
		return nil
	}
	begin := r.voice.begin()
	begin.Asked = codes
	r.record, err = record.NewWriter(r.screen.stdout, r.want.Dir, site, begin)
	return err
}

// Begin tells that a run begins; served says by whom, behind the site.
func (r *Report) Begin(site flags.Site, served string, codes []flags.Code, connections int) {
	r.site, r.Tally.Asked = site, len(codes)
	r.screen.print(fmt.Sprintf("%v%s\n%s", site, served, r.voice.opening(codes, connections)))
	if !r.want.Quiet && !r.want.Verbose {
		r.screen.bar = newBar(r.screen.err, len(codes))
	}
}

// Arrived counts an item and shows how it ended.
func (r *Report) Arrived(ctx context.Context, i Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i.cutShort(ctx) {
		return
	}
	r.Tally.count[i.Status]++
	r.screen.show(r.voice.line(i, r.screen.paint, r.screen.verbose))
	r.screen.bar.add()
}

// Settled records an item when nothing of it changes any more. Its note is shown
// in any case.
func (r *Report) Settled(ctx context.Context, i Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i.cutShort(ctx) {
		return
	}
	r.record.Add(i.Status, i.Result)
	if i.Note != "" {
		r.screen.complain(string(i.Code) + ": " + i.Note)
	}
}

// Complain shows what everyone should know. The text "" is none.
func (r *Report) Complain(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text != "" {
		r.screen.complain(text)
	}
}

// Note shows what is of interest unless quiet is wanted.
func (r *Report) Note(texts ...string) {
	for _, text := range texts {
		if !r.want.Quiet {
			r.Complain(text)
		}
	}
}

// Paused tells whoever watches why nothing moves.
func (r *Report) Paused(p downloader.Pause) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := fmt.Sprintf("paused %v: %d from %s", p.For.Round(time.Second), p.Code, p.Host)
	if r.screen.bar != nil {
		r.screen.complain(text)
	}
	r.screen.show(line{watchers, r.screen.paint.yellow(visible.Text(text))})
}

// End shows the counts, each only where it applies.
func (r *Report) End() {
	elapsed := time.Since(r.started)
	r.screen.bar.finish()
	r.screen.print(strings.Repeat("-", 20))
	for _, s := range r.voice.sums(&r.Tally) {
		if s.n > 0 || s.always {
			r.screen.print(s.text + ".")
		}
	}
	r.screen.print(fmt.Sprintf("Elapsed time: %.2fs", elapsed.Seconds()))
	stats := newStatistics(r.Seen.Summary())
	if !r.want.JSON {
		printStatistics(r.screen.stdout, r.Seen.Summary())
	}
	r.record.End(func(bytes int64) any {
		return r.voice.summary(&r.Tally, ending{r.site.URL(), bytes, elapsed, stats})
	})
}
