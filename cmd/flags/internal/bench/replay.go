package bench

import (
	"time"

	"getflags/downloader"
)

// Replay tells what happened in some runs as if the first had begun at a
// certain time, and each other as soon as the one before it was over. Tasks are
// named after their run, too. It changes the runs' events.
func Replay(runs []TracedRun, start time.Time, observe func(downloader.Event)) {
	for _, r := range runs {
		if len(r.Events) == 0 {
			continue
		}
		first, last := span(r.Events)
		for _, e := range r.Events {
			shift(e, start.Sub(first))
			e.When().Task = r.Mode.String() + ": " + e.When().Task
			observe(e)
		}
		start = start.Add(last.Sub(first))
	}
}

// span is when the first of some events began and the last ended.
func span(events []downloader.Event) (first, last time.Time) {
	first, last = events[0].When().Start, events[0].When().End
	for _, e := range events {
		if s := e.When(); s.Start.Before(first) {
			first = s.Start
		}
		if s := e.When(); s.End.After(last) {
			last = s.End
		}
	}
	return first, last
}

func shift(e downloader.Event, by time.Duration) {
	times := []*time.Time{&e.When().Start, &e.When().End}
	if r, ok := e.(*downloader.RequestDone); ok {
		times = append(times, &r.Connected, &r.Wrote, &r.FirstByte)
	}
	for _, t := range times {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
}
