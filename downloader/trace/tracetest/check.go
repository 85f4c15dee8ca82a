// Package tracetest holds what package trace writes to the rules of the Trace
// Event Format and to what is true of any run. It is for tests.
package tracetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Counts are how many slices of which category a trace has; "request",
// "phase", "write" and so on.
type Counts map[string]int

// event is an element of the trace. Whole numbers are demanded of slices.
type event struct {
	Name string
	Cat  string
	Ph   string
	Ts   *float64
	Dur  *int64
	Pid  int
	Tid  int
	Args map[string]any
}

type thread struct{ pid, tid int }

// trace is one taken apart.
type trace struct {
	names    map[string]bool // of processes and threads, by kind and number
	slices   map[thread][]event
	counters map[string][]event
}

// Check reads a trace in JSON and returns what it has, or what is wrong with
// it: events that lack a field, threads without a name, slices of a lane that
// overlap without being nested, more requests in flight than max, or a counter
// that does not end at 0.
func Check(data []byte, max int) (Counts, error) {
	var events []event
	if err := json.Unmarshal(data, &events); err != nil {
		return nil, err
	}
	t := trace{map[string]bool{}, map[thread][]event{}, map[string][]event{}}
	counts := Counts{}
	for i, e := range events {
		if err := t.add(e); err != nil {
			return nil, fmt.Errorf("event %d, %s: %w", i, e.Name, err)
		}
		if e.Ph == "X" {
			counts[e.Cat]++
		}
	}
	if err := t.lanes(); err != nil {
		return nil, err
	}
	return counts, t.levels(max)
}

// add sorts an event in, if it has what its kind needs.
func (t *trace) add(e event) error {
	switch {
	case e.Name == "" || e.Pid == 0:
		return errors.New("no name, or no pid")
	case e.Ph == "M":
		t.names[fmt.Sprint(e.Name, e.Pid, e.Tid)] = true
		return nil
	case e.Ts == nil || *e.Ts < 0:
		return errors.New("no ts, or one before the start")
	case e.Ph == "C":
		t.counters[e.Name] = append(t.counters[e.Name], e)
		return nil
	case e.Ph != "X":
		return fmt.Errorf("ph %q", e.Ph)
	case e.Dur == nil || *e.Dur < 0 || e.Tid == 0 || *e.Ts != float64(int64(*e.Ts)):
		return errors.New("no dur or tid, or ts is not whole")
	case !t.names[fmt.Sprint("process_name", e.Pid, 0)] || !t.names[fmt.Sprint("thread_name", e.Pid, e.Tid)]:
		return errors.New("its process or thread has no name")
	}
	lane := thread{e.Pid, e.Tid}
	t.slices[lane] = append(t.slices[lane], e)
	return nil
}

func (e event) start() int64 { return int64(*e.Ts) }
func (e event) end() int64   { return int64(*e.Ts) + *e.Dur }

// lanes checks that what is no phase follows what was before it, and that
// phases fill the request before them.
func (t *trace) lanes() error {
	for lane, events := range t.slices {
		slices.SortStableFunc(events, func(a, b event) int { return int(a.start() - b.start()) })
		end, inner := int64(0), int64(0)
		for _, e := range events {
			switch {
			case e.Cat == "phase" && (e.start() != inner || e.end() > end):
				return fmt.Errorf("lane %v: %s at %d µs is no part of what it is in", lane, e.Name, e.start())
			case e.Cat == "phase":
				inner = e.end()
			case e.start() < end:
				return fmt.Errorf("lane %v: %s begins at %d µs, before %d, the end of what was before", lane, e.Name, e.start(), end)
			case inner != 0 && inner != end:
				return fmt.Errorf("lane %v: phases end at %d µs, not at %d", lane, inner, end)
			default:
				end, inner = e.end(), 0
				if e.Cat == "request" {
					inner = e.start()
				}
			}
		}
	}
	return nil
}

// levels checks the counters.
func (t *trace) levels(max int) error {
	for _, name := range []string{"requests in flight", "bytes waiting for the disk"} {
		values := t.counters[name]
		slices.SortStableFunc(values, func(a, b event) int {
			switch {
			case *a.Ts < *b.Ts:
				return -1
			case *a.Ts > *b.Ts:
				return 1
			}
			return 0
		})
		for i, e := range values {
			value, ok := e.Args["value"].(float64)
			most := value
			if name == "requests in flight" {
				most = float64(max)
			}
			if !ok || value < 0 || value > most || i == len(values)-1 && value != 0 {
				return fmt.Errorf("%s: value %d of %d is %v, want at most %v, and 0 in the end", name, i+1, len(values), value, most)
			}
		}
		if len(values) == 0 {
			return fmt.Errorf("%s are not told", name)
		}
	}
	return nil
}
