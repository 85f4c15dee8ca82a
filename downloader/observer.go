package downloader

import (
	"sync"
	"time"
)

// An observer calls Options.Observe. It is nil if that is: then no clock is read and
// nothing is counted.
type observer struct {
	tell     func(Event)
	requests level // that are open
	bytes    level // that wait for the disk
}

func newObserver(tell func(Event)) *observer {
	if tell == nil {
		return nil
	}
	return &observer{tell: tell}
}

// now is the time, or zero if nobody observes.
func (o *observer) now() (t time.Time) {
	if o != nil {
		t = time.Now()
	}
	return t
}

// A level goes up and down. It is read together with the time, under one lock, so the
// value is true at that moment, whatever the order of the events.
type level struct {
	mu sync.Mutex
	n  int64
}

func (l *level) add(delta int64) (time.Time, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n += delta
	return time.Now(), l.n
}

// waitedForBudget tells that a wait for the budget has just ended.
func (o *observer) waitedForBudget(task string, bytes int64, start time.Time, err error) {
	if o != nil {
		o.tell(&BudgetWait{Span: Span{Task: task, Start: start, End: time.Now(), Err: err}, Bytes: bytes})
	}
}

// queued is told that files wait for the disk from now on; nil if nobody observes.
func (o *observer) queued(task string, bytes int64) *Queued {
	if o == nil {
		return nil
	}
	q := &Queued{Load: Load{Span: Span{Task: task}, Bytes: bytes}}
	q.Start, q.WaitingAtStart = o.bytes.add(bytes)
	return q
}

// taken tells how long files were queued until a writer took them.
func (o *observer) taken(q *Queued, writer int) {
	if o == nil {
		return
	}
	q.Writer = writer
	q.End, q.WaitingAtEnd = o.bytes.add(0)
	o.tell(q)
}

// writing follows files while they are written; nil if nobody observes.
type writing struct {
	*observer
	load   Load
	place  Place
	staged bool // whether they are written, and only have to be renamed
}

// write begins to follow files that were queued.
func (o *observer) write(task string, bytes int64, p Place) *writing {
	if o == nil {
		return nil
	}
	w := &writing{observer: o, load: Load{Span: Span{Task: task}, Bytes: bytes}, place: p}
	w.load.Start, w.load.WaitingAtStart = o.bytes.add(0)
	return w
}

// stage is told that the files are written, and have to be renamed.
func (w *writing) stage() {
	if w.staged { // the renaming is tried again
		return
	}
	w.staged = true
	w.load.End, w.load.WaitingAtEnd = w.bytes.add(0)
	w.tell(&FilesWritten{w.load, w.place})
	w.load.Start, w.load.WaitingAtStart = w.load.End, w.load.WaitingAtEnd
}

// end tells of what was done last.
func (w *writing) end(err error) {
	if w == nil {
		return
	}
	w.load.Err = err
	w.load.End, w.load.WaitingAtEnd = w.bytes.add(-w.load.Bytes)
	if w.staged {
		w.tell(&FilesRenamed{w.load, w.place})
	} else {
		w.tell(&FilesWritten{w.load, w.place})
	}
}
