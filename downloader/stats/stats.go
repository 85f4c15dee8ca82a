// Package stats sums up a run of package downloader: how many requests, how
// long they took, and what was waited for.
//
// Start at [New]: a [Collector]'s Observe is what
// [getflags/downloader.Options].Observe is to be, and its Summary tells.
package stats

import (
	"maps"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"getflags/downloader"
)

// A Summary is what a [Collector] has been told of, in sums.
type Summary struct {
	Requests int         // that held a slot, each attempt counted
	Retries  int         // of them, attempts after a request's first
	Statuses map[int]int // how many answers had which status
	Broken   int         // requests that had no answer, or not the whole of one
	Peak     int         // the most requests open at once
	Bytes    int64       // of all bodies
	Waiting  int64       // the most bytes that waited for the disk at once
	// Opened is how many TCP connections were made. Without a transport that
	// tells of its dials it is those that a request was the first to use.
	Opened int
	Reused int // how many requests, redirects counted, went over one that was open

	Request   Distribution // from its slot to the last byte
	FirstByte Distribution // from its slot to the answer's first byte
	Dial      Distribution // TCP connections being made
	SlotWait  Distribution // requests waiting because all slots were taken
	RateWait  Distribution // requests waiting for their turn under a limited rate
	HostPause Distribution // requests waiting for a host that asked for a pause
	Backoff   Distribution // requests waiting for their next attempt
	DiskWait  Distribution // tasks waiting for room in the buffer for the disk
	Queue     Distribution // tasks' files waiting for a writer
	Write     Distribution // tasks' files being written
	Rename    Distribution // tasks' files getting their names
}

// A Distribution tells how long something took, each time that it took any
// time. The percentiles are at most 1 % too long, and no longer than an hour;
// Max and Sum are exact.
type Distribution struct {
	Count              int
	P50, P90, P99, Max time.Duration
	Sum                time.Duration
}

// Collector adds up events. It takes the same few hundred kilobytes however
// many there are, and may be used by several goroutines at once.
type Collector struct {
	mu        sync.Mutex
	sums      Summary // but for the distributions
	firstUses int     // of connections

	request, firstByte, dial, slotWait, rateWait, hostPause sample
	backoff, budgetWait, queue, write, rename               sample
}

// New returns a Collector that has been told of nothing.
func New() *Collector { return &Collector{sums: Summary{Statuses: map[int]int{}}} }

// Observe adds an event.
func (c *Collector) Observe(e downloader.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(e).add(e.When().Took())
}

// take adds an event, but for its duration, and returns the sample for that.
func (c *Collector) take(e downloader.Event) *sample {
	switch e := e.(type) {
	case *downloader.RequestDone:
		c.count(e)
		return &c.request
	case *downloader.Dialled:
		if e.Err == nil {
			c.sums.Opened++
		}
		return &c.dial
	case *downloader.SlotWait:
		return &c.slotWait
	case *downloader.RateWait:
		return &c.rateWait
	case *downloader.HostPause:
		return &c.hostPause
	case *downloader.Backoff:
		return &c.backoff
	case *downloader.BudgetWait:
		return &c.budgetWait
	case *downloader.Queued:
		c.sums.Waiting = max(c.sums.Waiting, e.WaitingAtStart)
		return &c.queue
	case *downloader.FilesWritten:
		c.sums.Waiting = max(c.sums.Waiting, e.WaitingAtStart)
		return &c.write
	case *downloader.FilesRenamed:
		return &c.rename
	}
	return new(sample) // of what another version of the engine tells
}

func (c *Collector) count(e *downloader.RequestDone) {
	sums := &c.sums
	sums.Requests++
	if e.Number > 1 {
		sums.Retries++
	}
	if e.Status != 0 {
		sums.Statuses[e.Status]++
	}
	if e.Err != nil && e.Status < 300 {
		sums.Broken++
	}
	sums.Peak = max(sums.Peak, int(e.OpenAtStart))
	sums.Bytes += e.Bytes
	sums.Reused += e.Reused
	c.firstUses += e.Hops - e.Reused
	if !e.FirstByte.IsZero() {
		c.firstByte.add(e.FirstByte.Sub(e.Start))
	}
}

// Summary returns what has been told so far.
func (c *Collector) Summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sums
	s.Statuses = maps.Clone(s.Statuses)
	if s.Opened == 0 {
		s.Opened = c.firstUses
	}
	s.Request, s.FirstByte, s.Dial = c.request.distribution(), c.firstByte.distribution(), c.dial.distribution()
	s.SlotWait, s.RateWait = c.slotWait.distribution(), c.rateWait.distribution()
	s.HostPause, s.Backoff = c.hostPause.distribution(), c.backoff.distribution()
	s.DiskWait, s.Queue = c.budgetWait.distribution(), c.queue.distribution()
	s.Write, s.Rename = c.write.distribution(), c.rename.distribution()
	return s
}

// sample is some durations: a histogram whose buckets are less than a hundredth
// of their value wide.
type sample struct {
	histogram *hdrhistogram.Histogram // nil as long as there are none
	sum, max  time.Duration
}

const longest = time.Hour

func (s *sample) add(d time.Duration) {
	if s.histogram == nil {
		s.histogram = hdrhistogram.New(int64(time.Microsecond), int64(longest), 2)
	}
	s.sum += d
	s.max = max(s.max, d)
	// It refuses only what is out of the range that it was made for.
	_ = s.histogram.RecordValue(int64(min(max(0, d), longest)))
}

func (s *sample) distribution() Distribution {
	if s.histogram == nil {
		return Distribution{}
	}
	at := func(percent float64) time.Duration {
		return min(time.Duration(s.histogram.ValueAtPercentile(percent)), s.max)
	}
	return Distribution{
		Count: int(s.histogram.TotalCount()),
		P50:   at(50), P90: at(90), P99: at(99), Max: s.max, Sum: s.sum,
	}
}
