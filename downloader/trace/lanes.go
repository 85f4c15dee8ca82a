package trace

import (
	"time"

	"getflags/downloader"
)

// group is a set of lanes.
type group int

const (
	slots    group = iota // of the cap
	slotWait              // waits for one of them
	pauses                // waits between attempts, for hosts, for the rate
	dials                 // connections being made
	queue                 // waits for the disk
	writers               // those who write
	groups                // how many there are
)

func groupOf(e *downloader.Event) group {
	switch e.Kind {
	case downloader.KindRequest:
		return slots
	case downloader.KindSlotWait:
		return slotWait
	case downloader.KindDial:
		return dials
	case downloader.KindDiskWait, downloader.KindQueue:
		return queue
	case downloader.KindWrite, downloader.KindRename:
		if e.Inline && e.Lane >= 0 {
			return slots
		}
		return writers
	}
	return pauses
}

// lanes finds lanes for what has none of its own.
type lanes struct {
	ends [groups][]time.Time // of what was last in each lane
}

// of returns an event's lane within its group. It is the engine's word for
// slots and writers, and otherwise the lowest lane that was free when the
// event began. Events come by their end, more or less, so nothing that comes
// later can have been earlier in the same lane.
func (l *lanes) of(g group, e *downloader.Event) int {
	if e.Lane >= 0 && (g == slots || g == writers) {
		return e.Lane
	}
	ends := l.ends[g]
	for i, end := range ends {
		if !end.After(e.Start) {
			ends[i] = e.End
			return i
		}
	}
	l.ends[g] = append(ends, e.End)
	return len(ends)
}
