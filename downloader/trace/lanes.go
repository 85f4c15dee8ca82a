package trace

import "time"

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

// lanes finds lanes for what has none of its own.
type lanes struct {
	ends [groups][]time.Time // of what was last in each lane
}

// of returns an entry's lane within its group: its own, or the lowest that was free
// when it began. Events come by their end, more or less, so nothing that comes
// later can have been earlier in the same lane.
func (l *lanes) of(e *entry) int {
	if e.lane >= 0 {
		return e.lane
	}
	ends := l.ends[e.group]
	for i, end := range ends {
		if !end.After(e.Start) {
			ends[i] = e.End
			return i
		}
	}
	l.ends[e.group] = append(ends, e.End)
	return len(ends)
}
