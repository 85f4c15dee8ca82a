package downloader

import "time"

// An Event is a stretch of a run that has come to its end, as told to
// [Options].Observe. On its way a task goes through
//
//   - [*RateWait], [*HostPause] and [*SlotWait]: a request waits until it may start,
//   - [*RequestDone]: it holds a slot, [*Dialled]: and has a connection made,
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

// A Span is what all events have: whose it is, from when until when, and how it
// ended.
type Span struct {
	Task       string // the task's ID
	Start, End time.Time
	Err        error // why it did not end well
}

// When implements [Event].
func (s *Span) When() *Span { return s }

// Took is how long it was.
func (s *Span) Took() time.Duration { return s.End.Sub(s.Start) }

// An Attempt is what the events of a request have.
type Attempt struct {
	Span
	URL string // that was asked for, without a password
	// Number is how often the request has been sent, this time included; of a wait,
	// how often it had been.
	Number int
}

type (
	// A RateWait is a request waiting for its turn under [Options].Rate.
	RateWait struct{ Attempt }

	// A HostPause is a request waiting for a host that has asked for a pause.
	HostPause struct{ Attempt }

	// A SlotWait is a request waiting because all slots are taken: by other runs, by
	// requests outside of them, or, if it is one that a task makes beside another, by
	// those of tasks that came first.
	SlotWait struct {
		Attempt
		Slot int // that it got; -1 if it got none
	}

	// A Backoff is a request waiting for its next attempt.
	Backoff struct{ Attempt }

	// A Dialled is a TCP connection that was made, or not, for a request. The request
	// may have got another meanwhile, so this may end after it, and even after the run.
	// A transport of the caller's, and that of https, tell it only if they dial with a
	// [net.Dialer].
	Dialled struct{ Attempt }
)

// A RequestDone is a request that held its slot: from before it asked for a
// connection until the last byte of the body. With the redirects that it led to
// it is one. Its answer may still fail a [Check], which is made when the slot is
// free again.
type RequestDone struct {
	Attempt
	// Slot is the lowest that was free, of 0 to MaxInFlight-1. What happens in one
	// slot never overlaps.
	Slot int
	// OpenAtStart and OpenAtEnd are how many requests were open just after Start, this
	// one counted, and just after End. They are read together with the clock: sorted
	// by time they are the whole curve.
	OpenAtStart, OpenAtEnd int64
	// Connected is when it first had a connection, Wrote when it was sent, FirstByte
	// when the answer that counts began; zero if it did not come to that.
	Connected, Wrote, FirstByte time.Time
	// Hops is how many connections it was given, one for itself and one for each
	// redirect and each time that package http sent it anew; Reused is how many of
	// them had been open before.
	Hops, Reused int
	Status       int   // of its answer; 0 if there was none
	Bytes        int64 // that were read of the body
}

// A BudgetWait is a task waiting because [Options].Buffer is spent.
type BudgetWait struct {
	Span
	Bytes int64 // of its files
}

// Load is what the events of a task's files have.
type Load struct {
	Span
	Bytes int64 // of the files
	// WaitingAtStart and WaitingAtEnd are how many bytes waited for the disk just after
	// Start and just after End, those being written counted; read together with the
	// clock.
	WaitingAtStart, WaitingAtEnd int64
}

type (
	// A Queued is a task's files waiting for a writer.
	Queued struct {
		Load
		Writer int // that took them
	}

	// A FilesWritten is a task's files being written, under temporary names if the
	// store is a [StagingStore].
	FilesWritten struct {
		Load
		Place
	}

	// A FilesRenamed is a task's files getting their names in a [StagingStore].
	FilesRenamed struct {
		Load
		Place
	}
)

// A Place is where files are written. What happens in one never overlaps.
type Place struct {
	Writer int // of 0 to Writers-1; -1 with [Options].Inline
	Slot   int // that is held meanwhile, with [Options].Inline; -1 without
}
