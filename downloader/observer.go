package downloader

import (
	"sync"
	"time"

	"getflags/downloader/internal/limit"
)

// observer passes on what goes on to Options.Observe. It is nil where nobody
// asked; then no clock is read and nothing is counted.
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

// now is the time, for those who observe.
func (o *observer) now() (t time.Time) {
	if o != nil {
		t = time.Now()
	}
	return t
}

// A level goes up and down, and tells how high it is together with the time,
// under one lock: so what is told is true at that moment, whoever is quicker
// to tell it.
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

// watch is an observer's eye on one request and all its attempts; nil where
// there is no observer.
type watch struct {
	*observer
	task, url string
	attempts  int
	backoff   time.Time // when the wait for the next attempt began
}

// now is the time, for those who observe.
func (w *watch) now() (t time.Time) {
	if w != nil {
		t = time.Now()
	}
	return t
}

// waited tells of a wait that has just ended.
func (w *watch) waited(kind EventKind, lane int, start time.Time, err error) {
	if w == nil {
		return
	}
	w.tell(Event{Kind: kind, Task: w.task, URL: w.url, Lane: lane, Start: start, End: time.Now(),
		Attempt: w.attempts, Err: err})
}

// notSent takes back an attempt.
func (w *watch) notSent() {
	if w != nil {
		w.attempts--
	}
}

// rests begins a wait for the next attempt, and resumed ends it, if one is under
// way.
func (w *watch) rests() {
	if w != nil {
		w.backoff = time.Now()
	}
}

func (w *watch) resumed(err error) {
	if w == nil || w.backoff.IsZero() {
		return
	}
	w.waited(KindBackoff, -1, w.backoff, err)
	w.backoff = time.Time{}
}

// waitKinds are the events of a limiter's waits.
var waitKinds = [...]EventKind{limit.ForSlot: KindSlotWait, limit.ForHost: KindHostPause, limit.ForRate: KindRateWait}
