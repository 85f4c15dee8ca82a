// Package trace draws what package downloader tells of a run: what each place
// under the cap, each writer and each wait was at, and when.
//
// Start at [Create]: a [File]'s Observe is what
// [getflags/downloader.Options].Observe is to be, and Close completes the file:
//
//	file, err := trace.Create("run.html", trace.Info{Title: "run", MaxRequests: 20, Writers: 4})
//	...
//	d := downloader.New(dir, downloader.Options{MaxRequests: 20, Observe: file.Observe})
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
// What overlaps is drawn in lanes one above the other. The places under the
// cap and the writers are lanes by nature. Waits hold neither, and are given
// the lowest lane of their kind in which they overlap nothing (lanes.go).
package trace

import (
	"bufio"
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

// File is a trace being written. What it is told goes to the file at once, so
// that it takes the same memory however much there is, and under the file's
// own name, so that it may be a pipe, and that of a run that was killed there
// is what it did until then: both formats can be read when cut off. It may be
// used by several goroutines at once.
type File struct {
	mu     sync.Mutex
	out    io.WriteCloser
	name   string
	lanes  lanes
	format format
	start  time.Time
	closed bool
}

// format writes events. Errors of writing stick to the buffered writer, and
// are told by its Flush.
type format interface {
	event(e *entry)
	end() error
}

// entry is an event with its time counted from the start of the trace, and
// its lane.
type entry struct {
	*downloader.Event
	group group
	lane  int
	zero  time.Time
}

// at is how long after the start of the trace something was; nothing was
// before.
func (e *entry) at(t time.Time) time.Duration { return max(0, t.Sub(e.zero)) }

// Create opens a file for a trace that begins now. What stood in it is lost.
// Its error names the file.
func Create(name string, info Info) (*File, error) {
	out, err := os.Create(name)
	if err != nil {
		return nil, failed(name, err)
	}
	return start(out, name, info), nil
}

func start(out io.WriteCloser, name string, info Info) *File {
	f := &File{out: out, name: name, start: time.Now()}
	w := bufio.NewWriterSize(out, 64<<10)
	if strings.HasSuffix(strings.ToLower(name), ".html") {
		f.format = newPage(w, info, f.start)
	} else {
		f.format = newChrome(w, info)
	}
	return f
}

// Observe draws an event. After Close it does nothing.
func (f *File) Observe(e downloader.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	group := groupOf(&e)
	f.format.event(&entry{Event: &e, group: group, lane: f.lanes.of(group, &e), zero: f.start})
}

// Close completes the file. Its error, which names the file, is that of
// whatever could not be written since Create. It may be called more than once.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	if err := errors.Join(f.format.end(), f.out.Close()); err != nil {
		return failed(f.name, err)
	}
	return nil
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
