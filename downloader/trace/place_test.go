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
		{Kind: downloader.KindRequest, URL: "http://host/a/br.gif", Lane: 2, Start: at(1500), Connected: at(2500),
			Wrote: at(3000), FirstByte: at(6500), End: at(10_000), Before: 2, After: 1},
		{Kind: downloader.KindRequest, URL: "http://host", Lane: 0, Start: at(1000), End: at(11_000), Before: 1},
		{Kind: downloader.KindQueue, Lane: 3, Start: at(10_000), End: at(1_012_000), Before: 700, After: 800},
	}
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
	var want []string
	page := traced(t, "run.html", func(zero time.Time) (events []downloader.Event) {
		for k := downloader.EventKind(0); k.String() != "unknown"; k++ {
			want = append(want, k.String())
			events = append(events, downloader.Event{Kind: k, Start: zero, End: zero})
		}
		return events
	})
	kinds, events := rows(t, page)
	var got []string
	for _, e := range events {
		got = append(got, kinds[int(e[2].(float64))])
	}
	if !slices.Equal(got, want) || !slices.Equal(kinds, want) {
		t.Errorf("events %q of the kinds %q, want %q", got, kinds, want)
	}
}

// The engine's places and writers are lanes by nature, whatever the order in
// which it tells of them; anything else has the lowest lane that is free.
func TestLanes(t *testing.T) {
	type place struct {
		group group
		lane  int
	}
	event := func(kind downloader.EventKind, lane, start, end int) downloader.Event {
		zero := time.Unix(0, 0)
		return downloader.Event{Kind: kind, Lane: lane,
			Start: zero.Add(time.Duration(start)), End: zero.Add(time.Duration(end))}
	}
	inline := func(e downloader.Event) downloader.Event { e.Inline = true; return e }
	tests := map[string]struct {
		events []downloader.Event
		want   []place
	}{
		"requests": {
			[]downloader.Event{
				event(downloader.KindRequest, 2, 5, 9), event(downloader.KindRequest, 0, 5, 9), event(downloader.KindRequest, 0, 0, 5),
			},
			[]place{{slots, 2}, {slots, 0}, {slots, 0}},
		},
		"writers": {
			[]downloader.Event{event(downloader.KindWrite, 0, 0, 5), event(downloader.KindRename, 1, 5, 6)},
			[]place{{writers, 0}, {writers, 1}},
		},
		"in line": {
			[]downloader.Event{inline(event(downloader.KindWrite, 0, 0, 5)), inline(event(downloader.KindRename, 3, 5, 6))},
			[]place{{slots, 0}, {slots, 3}},
		},
		"in line, without a request": {
			[]downloader.Event{inline(event(downloader.KindWrite, -1, 0, 5)), inline(event(downloader.KindWrite, -1, 4, 6))},
			[]place{{writers, 0}, {writers, 1}},
		},
		"waits": {
			[]downloader.Event{
				event(downloader.KindSlotWait, 4, 0, 5), event(downloader.KindSlotWait, 4, 4, 6), event(downloader.KindSlotWait, 4, 5, 7),
				event(downloader.KindQueue, 3, 0, 5), event(downloader.KindBackoff, -1, 0, 5),
			},
			[]place{{slotWait, 0}, {slotWait, 1}, {slotWait, 0}, {queue, 0}, {pauses, 0}},
		},
	}
	for name, tt := range tests {
		var l lanes
		var got []place
		for _, e := range tt.events {
			g := groupOf(&e)
			got = append(got, place{g, l.of(g, &e)})
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
				f.Observe(downloader.Event{Kind: downloader.KindBackoff, URL: strings.Repeat("x", 900)})
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
		one.Observe(downloader.Event{Kind: downloader.KindBackoff})
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
