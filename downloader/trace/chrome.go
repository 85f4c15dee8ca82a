package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"getflags/downloader"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// chrome writes Google's Trace Event Format, as a JSON array of which the
// closing bracket may be missing. A group is a process, a lane a thread.
//
// Perfetto wants what overlaps in a thread to be nested properly, and takes
// ts and dur for floating-point numbers: slices have whole microseconds, so
// that rounding cannot make one stick out of another. Counters have fractions,
// since of two values within a microsecond the last has to stay the last.
type chrome struct {
	w     *bytes.Buffer
	info  Info
	seen  map[int]bool // processes and threads that have their names
	count int          // of what was written
}

func newChrome(w *bytes.Buffer, info Info) *chrome {
	c := &chrome{w: w, info: info, seen: map[int]bool{}}
	w.WriteString("[\n")
	c.write(record{Name: "process_labels", Ph: "M", Pid: pid(slots), Args: map[string]any{"labels": info.Title}})
	c.counter(requestCounter, slots, 0, 0)
	c.counter(byteCounter, writers, 0, 0)
	return c
}

const (
	requestCounter = "requests in flight"
	byteCounter    = "bytes waiting for the disk"
)

// record is an event of the format.
type record struct {
	Name string      `json:"name"`
	Cat  string      `json:"cat,omitempty"`
	Ph   string      `json:"ph"`
	Ts   json.Number `json:"ts,omitempty"`  // microseconds
	Dur  json.Number `json:"dur,omitempty"` // microseconds
	Pid  int         `json:"pid"`
	Tid  int         `json:"tid,omitempty"`
	Args any         `json:"args,omitempty"`
}

// value is the argument of a counter.
type value struct {
	Value int64 `json:"value"`
}

// details are the arguments of a slice: what a viewer shows once it is
// selected.
type details struct {
	Task        string `json:"task,omitempty"`
	URL         string `json:"url,omitempty"`
	Attempt     int    `json:"attempt,omitempty"`
	Status      int    `json:"status,omitempty"`
	Bytes       int64  `json:"bytes,omitempty"`
	Connections int    `json:"connections,omitempty"` // one for each redirect too
	Reused      int    `json:"reused,omitempty"`      // of the connections
	Error       string `json:"error,omitempty"`
}

func pid(g group) int { return int(g) + 1 }

// tid is another number for each lane of all groups: viewers take threads for
// things of the whole system.
func tid(g group, lane int) int { return pid(g)*1_000_000 + lane }

// write appends a record to the array. What separates it from the one before
// comes with it, so that a trace may end behind any.
func (c *chrome) write(r record) {
	if c.count++; c.count > 1 {
		c.w.WriteString(",\n")
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and numbers
	}
	c.w.Write(data)
}

func (c *chrome) event(e *entry) {
	c.name(e.group, e.lane)
	c.slice(e, title(e), e.kind.String(), e.Start, e.End, detailsOf(e))
	switch e.kind {
	case request:
		for _, p := range phases(e.request) {
			c.slice(e, p.name, "phase", p.start, p.end, nil)
		}
		c.curve(requestCounter, slots, e)
	case queued, write, rename:
		c.curve(byteCounter, writers, e)
	}
}

// curve draws a counter as it was before an entry and after it.
func (c *chrome) curve(name string, g group, e *entry) {
	c.counter(name, g, e.at(e.Start), e.before)
	c.counter(name, g, e.at(e.End), e.after)
}

func (c *chrome) slice(e *entry, name, category string, start, end time.Time, args any) {
	from, to := e.at(start).Microseconds(), e.at(end).Microseconds()
	c.write(record{Name: name, Cat: category, Ph: "X", Ts: number(from), Dur: number(to - from),
		Pid: pid(e.group), Tid: tid(e.group, e.lane), Args: args})
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

func (c *chrome) counter(name string, g group, at time.Duration, n int64) {
	ts := json.Number(fmt.Sprintf("%d.%03d", at/time.Microsecond, at%time.Microsecond))
	c.write(record{Name: name, Ph: "C", Ts: ts, Pid: pid(g), Args: value{n}})
}

// name names a lane, and its group, when something first happens there.
func (c *chrome) name(g group, lane int) {
	process, thread := c.names(g)
	if !c.seen[pid(g)] {
		c.seen[pid(g)] = true
		c.meta("process_name", g, 0, "name", process)
		c.meta("process_sort_index", g, 0, "sort_index", pid(g))
	}
	id := tid(g, lane)
	if !c.seen[id] {
		c.seen[id] = true
		c.meta("thread_name", g, id, "name", fmt.Sprintf("%s %d", thread, lane+1))
		c.meta("thread_sort_index", g, id, "sort_index", lane)
	}
}

func (c *chrome) meta(what string, g group, tid int, key string, value any) {
	c.write(record{Name: what, Ph: "M", Pid: pid(g), Tid: tid, Args: map[string]any{key: value}})
}

func (c *chrome) names(g group) (process, thread string) {
	switch g {
	case slots:
		return fmt.Sprintf("requests, at most %d at once", c.info.MaxRequests), "slot"
	case slotWait:
		return "waiting for a slot", "wait"
	case pauses:
		return "retries and pauses", "wait"
	case dials:
		return "connections being made", "dial"
	case queue:
		return "waiting for the disk", "wait"
	}
	return "writers", "writer"
}

// end closes the array.
func (c *chrome) end() { c.w.WriteString("\n]\n") }

// title is what a slice is labelled with: of a request what was asked for, of
// anything else what it is.
func title(e *entry) string {
	if e.kind != request {
		return e.kind.String()
	}
	if u, err := url.Parse(e.URL); err == nil && path.Base(u.Path) != "." {
		return short(path.Base(u.Path))
	}
	return e.kind.String()
}

// phase is a part of a request.
type phase struct {
	name       string
	start, end time.Time
}

// phases are those that a request came to. They follow one another and fill it.
func phases(e *downloader.RequestDone) []phase {
	list := []phase{{"connect", e.Start, e.End}}
	next := func(name string, start time.Time) {
		if !start.IsZero() {
			list[len(list)-1].end = start
			list = append(list, phase{name, start, e.End})
		}
	}
	next("first byte", e.Connected)
	next("body", e.FirstByte)
	return list
}

func detailsOf(e *entry) details {
	d := details{Task: short(e.Task), URL: short(e.URL), Attempt: e.Number, Bytes: e.bytes, Error: text(e.Err)}
	if r := e.request; r != nil {
		d.Status, d.Connections, d.Reused = r.Status, r.Hops, r.Reused
	}
	return d
}

// text is what an error says, "" if there is none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return short(redact.Text(err.Error()))
}

// short is text for a viewer: without what is too long to be looked at, and
// with all of it seen, as URLs and errors may come from far away.
func short(s string) string {
	const longest = 1000
	if len(s) <= longest {
		return visible.Text(s)
	}
	return visible.Text(strings.ToValidUTF8(s[:longest], "")) + "…"
}
