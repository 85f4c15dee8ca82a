// Package trace draws what package downloader tells of a run: what each place
// under the cap, each writer and each wait was at, and when.
//
// Start at [Create]: a [File]'s Observe is what
// [getflags/downloader.Options].Observe is to be, and Close completes the file:
//
//	file, err := trace.Create("run.html", trace.Info{Title: "run", MaxRequests: 20, Writers: 4})
//	...
//	d := downloader.New(downloader.Options{MaxInFlight: 20, Observe: file.Observe})
//	... // the run
//	d.Close()
//	err = file.Close()
//
// A name that ends in .html gets a page of its own, which needs nothing but a
// browser (page.go); any other the JSON that https://ui.perfetto.dev and
// chrome://tracing open (chrome.go).
//
// # Lanes
//
// What overlaps is drawn in lanes one above the other. The slots and the writers are
// lanes by nature. Waits hold neither, and are given the lowest lane of their kind in which they overlap nothing (lanes.go).
package trace

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"getflags/downloader"
)

// Info is what a trace says of the run as a whole.
type Info struct {
	Title       string // a few words
	MaxRequests int    // the cap
	Writers     int    // 0 where files are written in line
}

// File is a trace being written. What it is told goes to the file within a
// second, so that it takes the same memory however much there is, and under the
// file's own name, so that it may be a pipe, and that of a run that was killed
// there is what it did until then: only whole events are written, and both
// formats can be read when cut off. It may be used by several goroutines at
// once, and has one of its own until Close.
type File struct {
	mu       sync.Mutex
	out      io.WriteCloser
	name     string
	lanes    lanes
	format   format
	start    time.Time
	waiting  bytes.Buffer // whole events that are not written yet
	err      error        // the first of writing
	events   int
	closed   bool
	done     chan struct{} // is closed by Close
	flushing sync.WaitGroup
}

const (
	// flushEvery is how long an event waits to be written, so that a trace
	// that is watched, or left by a run that was killed, is of now. A write a
	// second costs nothing.
	flushEvery = time.Second
	// flushSize is how many bytes of events are written without waiting.
	flushSize = 64 << 10
)

// format turns events into text.
type format interface {
	event(e *entry)
	end()
}

// Create opens a file for a trace that begins now. What stood in it is lost.
// Its error names the file.
func Create(name string, info Info) (*File, error) {
	out, err := os.Create(name)
	if err != nil {
		return nil, failed(name, err)
	}
	return New(out, name, info), nil
}

// New is [Create] for a file, or whatever else it is, that is open: name says
// which format it gets, and is in errors. Nothing is written to it before there
// is an event, or Close. Close closes it.
func New(out io.WriteCloser, name string, info Info) *File {
	f := &File{out: out, name: name, start: time.Now(), done: make(chan struct{})}
	if strings.HasSuffix(strings.ToLower(name), ".html") {
		f.format = newPage(&f.waiting, info, f.start)
	} else {
		f.format = newChrome(&f.waiting, info)
	}
	f.flushing.Go(f.flushOften)
	return f
}

// flushOften writes what waits, from time to time, until Close.
func (f *File) flushOften() {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-f.done:
			return
		case <-tick.C:
		}
		f.mu.Lock()
		if f.events > 0 {
			f.flush()
		}
		f.mu.Unlock()
	}
}

// flush writes what waits. After an error there is nothing more to write.
func (f *File) flush() {
	if f.err == nil && f.waiting.Len() > 0 {
		_, f.err = f.out.Write(f.waiting.Bytes())
	}
	f.waiting.Reset()
}

// Observe draws an event. After Close it does nothing.
func (f *File) Observe(e downloader.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	drawn := entryOf(e)
	if f.closed || drawn == nil {
		return
	}
	f.events++
	drawn.lane, drawn.zero = f.lanes.of(drawn), f.start
	f.format.event(drawn)
	if f.waiting.Len() >= flushSize {
		f.flush()
	}
}

// Close completes the file. Its error, which names the file, is that of
// whatever could not be written since Create. It may be called more than once.
func (f *File) Close() error { return f.close(true) }

// Abandon is Close for a run that failed: a trace that has no event then is not
// written at all, and what was in the file before stays.
func (f *File) Abandon() error { return f.close(false) }

func (f *File) close(empty bool) error {
	if !f.end(empty) {
		return nil
	}
	f.flushing.Wait()
	if err := errors.Join(f.err, f.out.Close()); err != nil {
		return failed(f.name, err)
	}
	return nil
}

// end writes the end, unless that is done; of a trace without an event only if
// empty says so.
func (f *File) end(empty bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.closed = true
	close(f.done)
	if f.events > 0 || empty {
		f.format.end()
		f.flush()
	}
	return true
}

// Error is a trace that could not be written.
type Error struct {
	Name string // of the file
	Err  error
}

func (e *Error) Error() string { return "trace " + e.Name + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// failed names the file once, not as package os does it too.
func failed(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return &Error{Name: name, Err: err}
}
