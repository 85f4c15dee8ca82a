package bench

import (
	"sync"
	"time"

	"getflags/downloader"
)

// witness keeps what it is told: adding it up can wait until the run is over.
type witness struct {
	mu     sync.Mutex
	events []downloader.Event
}

func (w *witness) observe(e downloader.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

// Replay tells what happened in some runs as if the first had begun at a
// certain time, and each other as soon as the one before it was over. Tasks are
// named after their run, too.
func Replay(runs []TracedRun, start time.Time, observe func(downloader.Event)) {
	for _, r := range runs {
		if len(r.Events) == 0 {
			continue
		}
		first, last := span(r.Events)
		for _, e := range r.Events {
			e.Task = r.Mode.String() + ": " + e.Task
			observe(shifted(e, start.Sub(first)))
		}
		start = start.Add(last.Sub(first))
	}
}

// span is when the first of some events began and the last ended.
func span(events []downloader.Event) (first, last time.Time) {
	first, last = events[0].Start, events[0].End
	for _, e := range events {
		if e.Start.Before(first) {
			first = e.Start
		}
		if e.End.After(last) {
			last = e.End
		}
	}
	return first, last
}

func shifted(e downloader.Event, by time.Duration) downloader.Event {
	for _, t := range []*time.Time{&e.Start, &e.End, &e.Connected, &e.Wrote, &e.FirstByte} {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
	return e
}
