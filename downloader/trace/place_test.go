package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader"
)

// traced is what a file of the given name gets of events that are told at once;
// zero is when the trace began.
func traced(t *testing.T, name string, events func(zero time.Time) []downloader.Event) string {
	t.Helper()
	var out sink
	synctest.Test(t, func(t *testing.T) {
		f := New(&out, name, Info{MaxRequests: 5})
		for _, e := range events(time.Now()) {
			f.Observe(e)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return out.String()
}

// sample has a request that came as far as its body, one that never had a
// connection, and files that waited for the disk.
func sample(zero time.Time) []downloader.Event {
	at := func(micros int) time.Time { return zero.Add(time.Duration(micros)*time.Microsecond + 250) }
	return []downloader.Event{
		&downloader.RequestDone{Attempt: attempt("http://host/a/br.gif", at(1500), at(10_000)), Slot: 2, Connected: at(2500),
			Wrote: at(3000), FirstByte: at(6500), OpenAtStart: 2, OpenAtEnd: 1},
		&downloader.RequestDone{Attempt: attempt("http://host", at(1000), at(11_000)), OpenAtStart: 1},
		&downloader.Queued{Writer: 3, Load: downloader.Load{Span: downloader.Span{Start: at(10_000), End: at(1_012_000)},
			WaitingAtStart: 700, WaitingAtEnd: 800}},
	}
}

func attempt(url string, start, end time.Time) downloader.Attempt {
	return downloader.Attempt{Span: downloader.Span{Start: start, End: end}, URL: url}
}

// Slices, phases and counters are where the time says, under names that tell
// them apart: a request's file where it has one.
func TestChromePlaces(t *testing.T) {
	var events []struct {
		Name, Cat, Ph string
		Ts, Dur       json.Number
		Args          struct{ Value json.Number }
	}
	if err := json.Unmarshal([]byte(traced(t, "run.json", sample)), &events); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		switch e.Ph {
		case "X":
			got = append(got, fmt.Sprintf("%s: %s %s+%s", e.Cat, e.Name, e.Ts, e.Dur))
		case "C":
			got = append(got, fmt.Sprintf("%s: %s at %s", e.Name, e.Args.Value, e.Ts))
		}
	}
	want := []string{
		"requests in flight: 0 at 0.000",
		"bytes waiting for the disk: 0 at 0.000",
		"request: br.gif 1500+8500",
		"phase: connect 1500+1000", "phase: first byte 2500+4000", "phase: body 6500+3500",
		"requests in flight: 2 at 1500.250", "requests in flight: 1 at 10000.250",
		"request: request 1000+10000",
		"phase: connect 1000+10000",
		"requests in flight: 1 at 1000.250", "requests in flight: 0 at 11000.250",
		"queue: queue 10000+1002000",
		"bytes waiting for the disk: 700 at 10000.250", "bytes waiting for the disk: 800 at 1012000.250",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// rows are the lines of a page's data: what it says of the run, and the events.
func rows(t *testing.T, page string) (kinds []string, events [][]any) {
	t.Helper()
	_, data, _ := strings.Cut(page, "<script type=\"application/json\" id=\"events\">\n")
	data, _, _ = strings.Cut(data, "</script>")
	head, data, _ := strings.Cut(strings.TrimSpace(data), "\n")
	var info struct{ Kinds []string }
	err := json.Unmarshal([]byte(head), &info)
	for line := range strings.Lines(data) {
		var event []any
		if err == nil {
			err = json.Unmarshal([]byte(line), &event)
		}
		events = append(events, event)
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Kinds, events
}

// A page's events have their times in nanoseconds, and a request those of its
// phases too, -1 for what it did not come to.
func TestPagePlaces(t *testing.T) {
	_, events := rows(t, traced(t, "run.html", sample))
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("lane %v at %.0f+%.0f %s, phases %.0f",
			e[1], e[3], e[4], e[6], e[min(13, len(e)):min(16, len(e))]))
	}
	want := []string{
		"lane 2 at 1500250+8500000 http://host/a/br.gif, phases [1000000 1500000 5000000]",
		"lane 0 at 1000250+10000000 http://host, phases [-1 -1 -1]",
		"lane 0 at 10000250+1002000000 , phases []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A page knows every kind of event by its name.
func TestPageKinds(t *testing.T) {
	page := traced(t, "run.html", func(zero time.Time) []downloader.Event {
		a := attempt("", zero, zero)
		l := downloader.Load{Span: a.Span}
		return []downloader.Event{
			&downloader.RateWait{Attempt: a}, &downloader.HostPause{Attempt: a}, &downloader.SlotWait{Attempt: a},
			&downloader.RequestDone{Attempt: a}, &downloader.Dialled{Attempt: a}, &downloader.Backoff{Attempt: a},
			&downloader.BudgetWait{Span: a.Span}, &downloader.Queued{Load: l}, &downloader.FilesWritten{Load: l}, &downloader.FilesRenamed{Load: l},
		}
	})
	kinds, events := rows(t, page)
	var got []string
	for _, e := range events {
		got = append(got, kinds[int(e[2].(float64))])
	}
	want := []string{"rate wait", "host pause", "slot wait", "request", "dial", "backoff", "disk wait", "queue", "write", "rename"}
	if !slices.Equal(got, want) || !slices.Equal(kinds, want) {
		t.Errorf("events %q of the kinds %q, want %q", got, kinds, want)
	}
}

// stranger is an event that is not known here.
type stranger struct{ downloader.Span }

// What is not known is not drawn.
func TestUnknownEvent(t *testing.T) {
	none := func(time.Time) []downloader.Event { return nil }
	odd := func(time.Time) []downloader.Event { return []downloader.Event{&stranger{}} }
	if got, want := traced(t, "run.json", odd), traced(t, "run.json", none); got != want {
		t.Errorf("drawn: %s", got)
	}
}

// The engine's slots and writers are lanes by nature, whatever the order in
// which it tells of them; anything else has the lowest lane that is free.
func TestLanes(t *testing.T) {
	type place struct {
		group group
		lane  int
	}
	a := func(start, end int) downloader.Attempt {
		zero := time.Unix(0, 0)
		return attempt("", zero.Add(time.Duration(start)), zero.Add(time.Duration(end)))
	}
	l := func(start, end int) downloader.Load { return downloader.Load{Span: a(start, end).Span} }
	by := func(writer, slot int) downloader.Place { return downloader.Place{Writer: writer, Slot: slot} }
	tests := map[string]struct {
		events []downloader.Event
		want   []place
	}{
		"requests": {
			[]downloader.Event{
				&downloader.RequestDone{Attempt: a(5, 9), Slot: 2}, &downloader.RequestDone{Attempt: a(5, 9)}, &downloader.RequestDone{Attempt: a(0, 5)},
			},
			[]place{{slots, 2}, {slots, 0}, {slots, 0}},
		},
		"writers": {
			[]downloader.Event{&downloader.FilesWritten{Load: l(0, 5), Place: by(0, -1)}, &downloader.FilesRenamed{Load: l(5, 6), Place: by(1, -1)}},
			[]place{{writers, 0}, {writers, 1}},
		},
		"in line": {
			[]downloader.Event{&downloader.FilesWritten{Load: l(0, 5), Place: by(-1, 0)}, &downloader.FilesRenamed{Load: l(5, 6), Place: by(-1, 3)}},
			[]place{{slots, 0}, {slots, 3}},
		},
		"waits": {
			[]downloader.Event{
				&downloader.SlotWait{Attempt: a(0, 5), Slot: 4}, &downloader.SlotWait{Attempt: a(4, 6), Slot: 4}, &downloader.SlotWait{Attempt: a(5, 7), Slot: 4},
				&downloader.Queued{Load: l(0, 5), Writer: 3}, &downloader.BudgetWait{Span: a(4, 6).Span}, &downloader.Backoff{Attempt: a(0, 5)},
			},
			[]place{{slotWait, 0}, {slotWait, 1}, {slotWait, 0}, {queue, 0}, {queue, 1}, {pauses, 0}},
		},
	}
	for name, tt := range tests {
		var l lanes
		var got []place
		for _, e := range tt.events {
			drawn := entryOf(e)
			got = append(got, place{drawn.group, l.of(drawn)})
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// What a viewer cannot show anyway is cut off, and says so; a thousand bytes
// are shown.
func TestShort(t *testing.T) {
	x := strings.Repeat("x", 998)
	for s, want := range map[string]string{
		"": "", x + "é": x + "é", x + "éx": x + "é…", x + "xé": x + "x…",
	} {
		if got := short(s); got != want {
			t.Errorf("of %d bytes %d are left, ending in %q", len(s), len(got), got[max(0, len(got)-5):])
		}
	}
}

// However many events come at once, little of them waits; and where none come,
// nothing is written.
func TestTraceMemory(t *testing.T) {
	for _, name := range []string{"run.json", "run.html"} {
		var out pieces
		synctest.Test(t, func(t *testing.T) {
			f := New(&out, name, Info{MaxRequests: 1})
			written := func() (size, writes int) {
				synctest.Wait()
				f.mu.Lock() // it writes under it
				defer f.mu.Unlock()
				return out.Len(), len(out.ends)
			}
			for range 1000 {
				f.Observe(&downloader.Backoff{Attempt: downloader.Attempt{URL: strings.Repeat("x", 900)}})
			}
			if size, writes := written(); size < 1000*900-flushSize || writes > 1000*1200/flushSize {
				t.Errorf("%s: %d bytes written of a thousand events, in %d writes", name, size, writes)
			}
			time.Sleep(flushEvery)
			_, before := written()
			time.Sleep(2 * flushEvery)
			if _, writes := written(); writes != before {
				t.Errorf("%s: written to without an event", name)
			}
			f.Close()
		})
	}
}

// A run that failed leaves a trace if anything happened, else the file as it was.
func TestAbandon(t *testing.T) {
	for name, end := range map[string]string{"run.json": "\n]\n", "run.html": "</html>\n"} {
		var idle, busy sink
		none, one := New(&idle, name, Info{MaxRequests: 1}), New(&busy, name, Info{MaxRequests: 1})
		one.Observe(&downloader.Backoff{})
		if err := errors.Join(none.Abandon(), one.Abandon()); err != nil {
			t.Error(err)
		}
		if idle.Len() > 0 {
			t.Errorf("%s: %d bytes without an event", name, idle.Len())
		}
		if !strings.HasSuffix(busy.String(), end) {
			t.Errorf("%s: of a run with an event %d bytes, not the whole", name, busy.Len())
		}
	}
}
