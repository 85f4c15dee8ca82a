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
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// counts are a run's, as in the book.
type counts struct {
	downloaded, notFound, errors int
	asked                        int // all flags that were to be done
}

func (n counts) undone() int { return n.asked - n.downloaded - n.notFound - n.errors }

// report tells a person how a run goes: what was asked for and what came of
// it on standard output, errors and the bar on standard error.
type report struct {
	mu sync.Mutex // pauses are told by network workers
	counts
	program  string
	out, err io.Writer
	verbose  bool
	paint    painter
	records  io.Writer // nil without --json
	dir      string
	showBar  bool
	bar      *bar
	recorder *recorder
	seen     *observed
	stats    io.Writer // for --stats
	started  time.Time
}

func newReport(app *cli.App, d *download) *report {
	r := &report{
		program: app.Name,
		out:     app.Writer, err: app.ErrWriter,
		dir:     d.dir,
		verbose: d.verbose && !d.quiet,
		showBar: !d.quiet && !d.verbose,
		paint:   newPainter(app.Writer),
		stats:   app.Writer,
		started: time.Now(),
	}
	if d.json {
		r.records = app.Writer
		r.stats = io.Discard // they are in the summary
	}
	if d.quiet || d.json {
		r.out = io.Discard
	}
	return r
}

// record begins the record that --json writes, before the site is asked for
// any of codes.
func (r *report) record(site flags.Site, codes []flags.Code, kept []keptRecord) (err error) {
	if r.records != nil {
		r.recorder, err = newRecorder(r.records, r.dir, site, beginning{Command: ofDownload, Asked: codes, Kept: kept})
	}
	return err
}

// begin prints what is about to be done.
func (r *report) begin(site flags.Site, served string, codes []flags.Code, connections int) {
	r.asked = len(codes)
	fmt.Fprintf(r.out, "%v%s\n", site, served)
	fmt.Fprintf(r.out, "Searching for %s: %s\n", plural(len(codes), "flag"), describe(codes))
	if connections == 1 {
		fmt.Fprintln(r.out, "1 connection will be used.")
	} else {
		fmt.Fprintf(r.out, "%d concurrent connections will be used.\n", connections)
	}
	if r.showBar {
		r.bar = newBar(r.err, len(codes))
	}
}

// describe names up to ten codes, and the first and last of more.
func describe(codes []flags.Code) string {
	if len(codes) > 10 {
		return fmt.Sprintf("from %s to %s", codes[0], codes[len(codes)-1])
	}
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// arrived counts a flag and shows how it ended. What an interrupt cut short is
// neither done nor an error.
func (r *report) arrived(ctx context.Context, result flags.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case result.Status == flags.OK:
		r.downloaded++
		r.line("%s %s\n", result.Code, r.paint.green("OK"))
	case result.Status == flags.NotFound:
		r.notFound++
		r.line("%s %s: %s\n", result.Code, r.paint.yellow("not found"), visible.Text(missing(result.Err)))
	case errors.Is(result.Err, context.Cause(ctx)):
		return
	default:
		r.errors++
		r.failed(result)
	}
	r.bar.add()
}

// settled records a flag, whose file's name is final now. Notes are shown in
// any case.
func (r *report) settled(ctx context.Context, result flags.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case result.Status == flags.OK:
		r.recorder.add(result, downloaded)
	case result.Status == flags.NotFound:
		r.recorder.add(result, notFound)
	case result.Status == flags.Renamed:
		r.recorder.add(result, renamed)
	case errors.Is(result.Err, context.Cause(ctx)):
		return
	default:
		r.recorder.add(result, failed)
	}
	if result.Note != "" {
		r.complain(string(result.Code) + ": " + result.Note)
	}
}

// paused tells whoever watches why nothing moves.
func (r *report) paused(p downloader.Pause) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := fmt.Sprintf("paused %v: %d from %s", p.For.Round(time.Second), p.Code, p.Host)
	if r.bar != nil {
		r.complain(text)
	}
	r.line("%s\n", r.paint.yellow(visible.Text(text)))
}

func (r *report) line(format string, a ...any) {
	if r.verbose {
		fmt.Fprintf(r.out, format, a...)
	}
}

// failed shows an error among the lines of the other flags, or, where there
// are none, by itself on standard error.
func (r *report) failed(result flags.Result) {
	if r.verbose {
		r.line("%s %s: %s\n", result.Code, r.paint.red("error"), visible.Text(redact.Text(result.Err.Error())))
		return
	}
	r.complain(fmt.Sprintf("%s: %v", result.Code, result.Err))
}

// complain prints a line on standard error, round the bar.
func (r *report) complain(text string) {
	r.bar.clear()
	fmt.Fprintf(r.err, "%s: %s\n", r.program, visible.Text(redact.Text(text)))
}

// missing is the URL that was not found.
func missing(err error) string {
	var request *downloader.RequestError
	if errors.As(err, &request) {
		return request.URL
	}
	return redact.Text(err.Error())
}

// end prints the counts, each only where it applies.
func (r *report) end(site flags.Site) {
	elapsed := time.Since(r.started)
	r.bar.finish()
	fmt.Fprintln(r.out, strings.Repeat("-", 20))
	fmt.Fprintf(r.out, "%s downloaded.\n", plural(r.downloaded, "flag"))
	if r.notFound > 0 {
		fmt.Fprintf(r.out, "%d not found.\n", r.notFound)
	}
	if r.errors > 0 {
		fmt.Fprintf(r.out, "%s.\n", plural(r.errors, "error"))
	}
	if r.undone() > 0 {
		fmt.Fprintf(r.out, "%d not done.\n", r.undone())
	}
	fmt.Fprintf(r.out, "Elapsed time: %.2fs\n", elapsed.Seconds())
	r.seen.print(r.stats)
	r.recorder.end(func(bytes int64) any {
		return summary{site.URL(), r.asked, r.downloaded, r.notFound, r.errors, r.undone(), bytes, seconds(elapsed), r.seen.json()}
	})
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
