package downloader

import "time"

// An Event is a stretch of a run, told to [Options].Observe when it ends.
type Event struct {
	Kind EventKind
	Task string // the task's ID
	// URL is that of the request, without a password; "" of files on their
	// way to the disk.
	URL string
	// Lane is where the stretch took place: of KindRequest the slot,
	// 0 to MaxInFlight-1, the lowest that was free; of KindWrite and
	// KindRename the writer, 0 to Writers-1, or with Options.Inline the slot
	// that is held meanwhile. What happens in one slot or by one writer never
	// overlaps. Waits happen in no lane, but of KindSlotWait it is the
	// slot that was got, and of KindQueue the writer. It is -1 where there is
	// none.
	Lane       int
	Inline     bool // of KindWrite and KindRename: Lane is a slot
	Start, End time.Time
	// Before and After are, of KindRequest, how many requests were open just
	// after Start, this one counted, and just after End; of KindQueue,
	// KindWrite and KindRename, how many bytes of files then waited for the
	// disk, those being written counted. All are read together with the
	// clock, so that sorted by time they are the whole curve.
	Before, After int64

	// Of a request: when it first had a connection, when it was sent and when
	// the answer that counts began; the zero time where it did not come to
	// that. A redirect's requests are one stretch, in one place.
	Connected, Wrote, FirstByte time.Time
	// Hops is how many connections a request was given, one for itself and one
	// for each redirect and each time that package http sent it anew; Reused
	// is how many of them had been open before.
	Hops, Reused int
	Status       int // of a request's answer; 0 if there was none
	// Attempt is how often the request has been sent, this time included; of
	// what comes before a request or between two, how often it had been.
	Attempt int

	// Bytes are those read of a request's body, or those of a task's files.
	Bytes int64
	// Err is why the stretch did not end well. A request's answer may still
	// fail a [Check], which is made when its place is free again.
	Err error
}

// EventKind tells what a stretch of a run was spent on.
type EventKind uint8

// The kinds of stretches, in the order in which a task goes through them. A
// wait that took no waiting is not told of.
const (
	KindRateWait  EventKind = iota // a request waited for its turn under Options.Rate
	KindHostPause                  // a request waited for a host that had asked for a pause
	// KindSlotWait is a request waiting because all slots were taken: by other
	// runs, by requests outside of them, or, where it is one that a task makes
	// beside another, by those of other tasks that came first.
	KindSlotWait
	// KindRequest is a request holding its slot: from before it asks for a
	// connection until the last byte of the body.
	KindRequest
	// KindDial is a TCP connection being made, on a request's behalf; the
	// request may meanwhile have got another, and the stretch may end after
	// it, and even after the run. A transport of the caller's, and that of https,
	// tell it only where they dial with a [net.Dialer].
	KindDial
	KindBackoff  // a request waited for its next attempt
	KindDiskWait // a task waited because Options.Buffer was spent
	KindQueue    // a task's files waited for a writer
	// KindWrite is a writer writing a task's files, and KindRename giving them
	// their names. Where the store is no [StagingStore] the first is both.
	KindWrite
	KindRename
)

// String returns a word or two such as "slot wait".
func (k EventKind) String() string {
	names := [...]string{
		"rate wait", "host pause", "slot wait", "request", "dial", "backoff",
		"disk wait", "queue", "write", "rename",
	}
	if int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}
