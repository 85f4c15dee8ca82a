package trace

import (
	"time"

	"getflags/downloader"
)

// kind is what a stretch of a run was spent on.
type kind int

// The kinds, in the order in which a task goes through them.
const (
	rateWait kind = iota
	hostPause
	slotWaiting
	request
	dial
	backoff
	budgetWait
	queued
	write
	rename
)

// kinds are the kinds' names, each in the place of its number.
func kinds() []string {
	return []string{"rate wait", "host pause", "slot wait", "request", "dial", "backoff",
		"disk wait", "queue", "write", "rename"}
}

func (k kind) String() string { return kinds()[k] }

// entry is an event as it is drawn.
type entry struct {
	downloader.Attempt // of what is no request's only the span
	kind               kind
	group              group
	lane               int
	zero               time.Time // the start of the trace

	bytes         int64
	before, after int64                   // of a counter: of requests open, or of bytes waiting for the disk
	request       *downloader.RequestDone // nil of anything else
}

// at is how long after the start of the trace something was; nothing was
// before.
func (e *entry) at(t time.Time) time.Duration { return max(0, t.Sub(e.zero)) }

// entryOf is an event as it is drawn, but for its zero, and for its lane if it has
// none of its own, which is -1 then. It is nil for an event that is not known
// here.
func entryOf(e downloader.Event) *entry {
	switch e := e.(type) {
	case *downloader.RateWait:
		return &entry{kind: rateWait, group: pauses, lane: -1, Attempt: e.Attempt}
	case *downloader.HostPause:
		return &entry{kind: hostPause, group: pauses, lane: -1, Attempt: e.Attempt}
	case *downloader.Backoff:
		return &entry{kind: backoff, group: pauses, lane: -1, Attempt: e.Attempt}
	case *downloader.SlotWait:
		return &entry{kind: slotWaiting, group: slotWait, lane: -1, Attempt: e.Attempt}
	case *downloader.Dialled:
		return &entry{kind: dial, group: dials, lane: -1, Attempt: e.Attempt}
	case *downloader.RequestDone:
		return &entry{kind: request, group: slots, lane: e.Slot, Attempt: e.Attempt,
			bytes: e.Bytes, before: e.OpenAtStart, after: e.OpenAtEnd, request: e}
	case *downloader.BudgetWait:
		return &entry{kind: budgetWait, group: queue, lane: -1, Attempt: downloader.Attempt{Span: e.Span}, bytes: e.Bytes}
	case *downloader.Queued:
		return loaded(queued, queue, -1, &e.Load)
	case *downloader.FilesWritten:
		return placed(write, e.Place, &e.Load)
	case *downloader.FilesRenamed:
		return placed(rename, e.Place, &e.Load)
	}
	return nil
}

// placed is where a writer, or a slot, is at files.
func placed(k kind, p downloader.Place, l *downloader.Load) *entry {
	if p.Slot >= 0 {
		return loaded(k, slots, p.Slot, l)
	}
	return loaded(k, writers, p.Writer, l)
}

func loaded(k kind, g group, lane int, l *downloader.Load) *entry {
	return &entry{kind: k, group: g, lane: lane, Attempt: downloader.Attempt{Span: l.Span},
		bytes: l.Bytes, before: l.WaitingAtStart, after: l.WaitingAtEnd}
}
