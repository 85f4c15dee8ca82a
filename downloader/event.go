package downloader

import "time"

// An Event is something in a run that took time and has ended; [Options].Observe is
// called with it. A task goes through
//
//   - [*RateWait], [*HostPause] and [*SlotWait]: a request waits until it may start,
//   - [*RequestDone]: it holds a slot; [*Dialled]: a connection is made for it,
//   - [*Backoff]: it waits for its next attempt,
//   - [*BudgetWait]: the task waits for room in the write queue,
//   - [*Queued]: its files wait for a writer,
//   - [*FilesWritten] and [*FilesRenamed]: a writer puts them in place.
//
// A wait that took no waiting is not told. An event is the observer's to keep, and to
// change: the engine does not look at it again.
type Event interface {
	// When is the event's span.
	When() *Span
}

// A Span is the part that all events have: whose it was, when, and how it ended.
type Span struct {
	Task       string // the task's ID
	Start, End time.Time
	Err        error // nil if it ended well
}

// When implements [Event].
func (s *Span) When() *Span { return s }

// Took is how long it was.
func (s *Span) Took() time.Duration { return s.End.Sub(s.Start) }

// An Attempt is the part that the events of requests have.
type Attempt struct {
	Span
	URL string // the request's, without a password
	// Number counts how often the request has been sent: this time included, or, in
	// the events of waits, before the wait.
	Number int
}

type (
	// A RateWait is a request waiting for its turn under [Options].Rate.
	RateWait struct{ Attempt }

	// A HostPause is a request waiting for a host that has asked for a pause.
	HostPause struct{ Attempt }

	// A SlotWait is a request waiting because all slots are taken: by other runs, by
	// requests outside of runs, or, if it is a task's second request, by tasks that came
	// first.
	SlotWait struct {
		Attempt
		Slot int // that it got; -1 if it got none
	}

	// A Backoff is a request waiting for its next attempt.
	Backoff struct{ Attempt }

	// A Dialled is the dialling of a TCP connection for a request, with success or not.
	// The request may get another connection in the meantime, so this event may come
	// after the request has ended, and even after the run. For https, and with a
	// transport of the caller's, it is told only if connections are made with a
	// [net.Dialer].
	Dialled struct{ Attempt }
)

// A RequestDone is one attempt at a request, for as long as it held its slot: from before
// it had a connection until the last byte of the body. Redirects that were followed are
// part of it. The answer may still fail a [Check]: these run when the slot is free again.
type RequestDone struct {
	Attempt
	// Slot is the lowest that was free, from 0 to MaxInFlight-1. Requests in the same slot
	// never overlap.
	Slot int
	// OpenAtStart and OpenAtEnd count the requests that were open just after Start, this
	// one included, and just after End. They are read together with the clock, so sorted
	// by time they are the exact curve.
	OpenAtStart, OpenAtEnd int64
	// Connected is when it first had a connection, Wrote when it was sent, and FirstByte
	// when its last answer began; zero if that did not happen.
	Connected, Wrote, FirstByte time.Time
	// Hops counts the connections it used: one for itself, one for each redirect, and one
	// each time package http sent it again. Reused counts those that had been open before.
	Hops, Reused int
	Status       int   // of its answer; 0 if there was none
	Bytes        int64 // of the body that were read
}

// A BudgetWait is a task waiting because [Options].Buffer is spent.
type BudgetWait struct {
	Span
	Bytes int64 // of its files
}

// A Load is the part that the events of a task's files have.
type Load struct {
	Span
	Bytes int64 // of the files
	// WaitingAtStart and WaitingAtEnd count the bytes that waited for the disk just after
	// Start and just after End, including those being written. They are read together
	// with the clock.
	WaitingAtStart, WaitingAtEnd int64
}

type (
	// A Queued is the wait of a task's files for a writer.
	Queued struct {
		Load
		Writer int // the one that took them
	}

	// A FilesWritten is the writing of a task's files, under temporary names if the store
	// is a [StagingStore].
	FilesWritten struct {
		Load
		Place
	}

	// A FilesRenamed is the renaming of a task's files in a [StagingStore].
	FilesRenamed struct {
		Load
		Place
	}
)

// A Place is who writes files. Events of the same place never overlap.
type Place struct {
	Writer int // from 0 to Writers-1; -1 with [Options].Inline
	Slot   int // held meanwhile with [Options].Inline; -1 without
}
