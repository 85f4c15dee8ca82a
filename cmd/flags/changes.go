package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/mirror"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// changes tells how a mirror's run goes: item by item, and in sums.
type changes struct {
	mu       sync.Mutex // pauses are told by network workers
	program  string
	out, err io.Writer
	records  io.Writer // nil without --json
	dir      string
	verbose  bool
	quiet    bool
	showBar  bool
	dryRun   bool
	paint    painter
	bar      *bar
	recorder *recorder
	seen     *observed
	stats    io.Writer // for --stats
	started  time.Time

	asked   int
	count   map[mirror.Status]int
	deleted int
}

func newChanges(app *cli.App, m *mirrorCommand) *changes {
	r := &changes{
		program: app.Name,
		out:     app.Writer, err: app.ErrWriter,
		dir:     m.dir,
		verbose: m.verbose,
		quiet:   m.quiet,
		showBar: !m.quiet && !m.verbose,
		dryRun:  m.dryRun,
		paint:   newPainter(app.Writer),
		stats:   app.Writer,
		started: time.Now(),
		count:   map[mirror.Status]int{},
	}
	if m.json {
		r.records = app.Writer
		r.stats = io.Discard // they are in the summary
	}
	if m.quiet || m.json {
		r.out = io.Discard
	}
	return r
}

// record begins the record that --json writes, before the site is asked for
// any of codes.
func (r *changes) record(site flags.Site, codes []flags.Code) (err error) {
	if r.records != nil {
		r.recorder, err = newRecorder(r.records, r.dir, site, beginning{Command: ofMirror, DryRun: r.dryRun, Asked: codes})
	}
	return err
}

func (r *changes) begin(site flags.Site, served string, codes []flags.Code) {
	r.asked = len(codes)
	dry := ""
	if r.dryRun {
		dry = " (dry run: nothing is changed)"
	}
	fmt.Fprintf(r.out, "%v%s\n", site, served)
	fmt.Fprintf(r.out, "Mirroring %s into %s%s: %s\n", plural(len(codes), "flag"), r.dir, dry, describe(codes))
	if r.showBar {
		r.bar = newBar(r.err, len(codes))
	}
}

// mark is what stands before an item.
func (r *changes) mark(s mirror.Status) string {
	switch s {
	case mirror.New:
		return r.paint.green("+")
	case mirror.Changed:
		return r.paint.yellow("~")
	case mirror.Repaired:
		return r.paint.yellow("!")
	case mirror.Gone:
		return r.paint.red("-")
	}
	return "="
}

// add counts a change and shows it. What an interrupt cut short is neither
// done nor an error.
func (r *changes) add(ctx context.Context, c mirror.Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Status == mirror.Failed && errors.Is(c.Err, context.Cause(ctx)) {
		return
	}
	r.count[c.Status]++
	r.recorder.add(asResult(c), c.Status.String())
	switch {
	case c.Status == mirror.Failed:
		r.complain(fmt.Sprintf("%s: %v", c.Code, c.Err))
	case c.Status == mirror.NotFound && r.verbose:
		r.line("? %s not found: %s", c.Code, visible.Text(missing(c.Err)))
	case c.Status == mirror.Same && r.verbose, c.Status != mirror.NotFound && c.Status != mirror.Same:
		r.line("%s %s %s", r.mark(c.Status), c.Code, visible.Text(c.Country))
	}
	r.bar.add()
}

// asResult is a change in the form of a download's result.
func asResult(c mirror.Change) flags.Result {
	return flags.Result{
		Code: c.Code, Country: c.Country, Err: c.Err, URL: c.URL, File: c.File, Size: int(c.Size),
		SHA256: c.SHA256, Attempts: c.Attempts, Elapsed: c.Elapsed,
	}
}

func (r *changes) line(format string, a ...any) {
	r.bar.clear()
	fmt.Fprintln(r.out, strings.TrimRight(fmt.Sprintf(format, a...), " "))
}

func (r *changes) complain(text string) {
	r.bar.clear()
	fmt.Fprintf(r.err, "%s: %s\n", r.program, visible.Text(redact.Text(text)))
}

// tell passes on what is no error.
func (r *changes) tell(notes []string) {
	for _, text := range notes {
		if !r.quiet {
			r.complain(text)
		}
	}
}

// paused tells whoever watches why nothing moves.
func (r *changes) paused(p downloader.Pause) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := fmt.Sprintf("paused %v: %d from %s", p.For.Round(time.Second), p.Code, p.Host)
	switch {
	case r.bar != nil:
		r.complain(text)
	case r.verbose:
		r.line("%s", r.paint.yellow(visible.Text(text)))
	}
}

// present is how many flags the site has.
func (r *changes) present() int { return r.count[mirror.Same] + r.updated() }

func (r *changes) updated() int {
	return r.count[mirror.New] + r.count[mirror.Changed] + r.count[mirror.Repaired]
}

// altered is how many flags of the mirror, or of the site, are not what they
// were.
func (r *changes) altered() int { return r.updated() + r.count[mirror.Gone] }

func (r *changes) undone() int {
	n := r.asked
	for _, k := range r.count {
		n -= k
	}
	return n
}

// end prints the counts, each only where it applies.
func (r *changes) end() {
	elapsed := time.Since(r.started)
	r.bar.finish()
	fmt.Fprintln(r.out, strings.Repeat("-", 20))
	sums := []struct {
		n    int
		text string
	}{
		{r.count[mirror.New], "new"}, {r.count[mirror.Changed], "changed"}, {r.count[mirror.Repaired], "repaired"},
		{r.count[mirror.Same], "up to date"}, {r.deleted, "gone, " + r.fate()},
		{r.count[mirror.Gone] - r.deleted, "gone, kept"},
		{r.count[mirror.NotFound], "not found"}, {r.count[mirror.Failed], "failed"}, {r.undone(), "not done"},
	}
	for _, s := range sums {
		if s.n > 0 || s.text == "up to date" {
			fmt.Fprintf(r.out, "%d %s.\n", s.n, s.text)
		}
	}
	fmt.Fprintf(r.out, "Elapsed time: %.2fs\n", elapsed.Seconds())
	r.seen.print(r.stats)
	r.recorder.end(func(bytes int64) any { return r.summary(bytes, elapsed) })
}

// fate is what becomes of the flags that are gone and not kept.
func (r *changes) fate() string {
	if r.dryRun {
		return "would be deleted"
	}
	return "deleted"
}

// mirrorSummary is the last line that --json writes of a mirror, under the
// name "summary".
type mirrorSummary struct {
	Site     string  `json:"site"`
	DryRun   bool    `json:"dry_run"`
	Asked    int     `json:"asked"`
	New      int     `json:"new"`
	Changed  int     `json:"changed"`
	Repaired int     `json:"repaired"`
	Same     int     `json:"same"`
	Gone     int     `json:"gone"`
	Deleted  int     `json:"deleted"` // of those gone
	NotFound int     `json:"not_found"`
	Errors   int     `json:"errors"`
	NotDone  int     `json:"not_done"`
	Bytes    int64   `json:"bytes"`    // of all images, fetched or not
	Duration float64 `json:"duration"` // seconds

	Stats *statistics `json:"stats,omitempty"` // with --stats
}

func (r *changes) summary(bytes int64, elapsed time.Duration) mirrorSummary {
	n := r.count
	return mirrorSummary{
		Site: r.recorder.site.URL(), DryRun: r.dryRun, Asked: r.asked,
		New: n[mirror.New], Changed: n[mirror.Changed], Repaired: n[mirror.Repaired], Same: n[mirror.Same],
		Gone: n[mirror.Gone], Deleted: r.deleted, NotFound: n[mirror.NotFound],
		Errors: n[mirror.Failed], NotDone: r.undone(), Bytes: bytes, Duration: seconds(elapsed),
		Stats: r.seen.json(),
	}
}
