package downloader

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// witness keeps all that it is told.
type witness struct {
	mu     sync.Mutex
	events []Event
}

func (w *witness) observe(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

// of are the events of some kinds, by start.
func (w *witness) of(kinds ...EventKind) []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []Event
	for _, e := range w.events {
		if slices.Contains(kinds, e.Kind) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b Event) int { return a.Start.Compare(b.Start) })
	return found
}

// check holds all that was told to what is true of any run.
func (w *witness) check(t *testing.T, m, writers int, inline bool) {
	t.Helper()
	for _, e := range w.of(KindRequest) {
		if e.Lane < 0 || e.Lane >= m || e.Before < 1 || e.Before > int64(m) || e.After < 0 || e.After >= int64(m) {
			t.Errorf("place %d of %d, %d and %d in flight", e.Lane, m, e.Before, e.After)
		}
		if !inOrder(e.Start, e.Connected, e.FirstByte, e.End) || !inOrder(e.Connected, e.Wrote, e.End) {
			t.Errorf("request in no order: %+v", e)
		}
	}
	if most := inFlight(w.of(KindRequest)); most > m {
		t.Errorf("%d requests at once, want at most %d", most, m)
	}
	places, disk := w.of(KindRequest), w.of(KindWrite, KindRename)
	for _, e := range disk {
		if e.Inline != inline || !inline && (e.Lane < 0 || e.Lane >= writers) || e.Bytes <= 0 {
			t.Errorf("writer %d of %d, inline %v, %d bytes", e.Lane, writers, e.Inline, e.Bytes)
		}
	}
	if inline {
		places, disk = w.of(KindRequest, KindWrite, KindRename), nil
	}
	noOverlap(t, "place", places)
	noOverlap(t, "writer", disk)
	returnsToZero(t, w.of(KindRequest))
}

// inOrder reports whether times follow one another, as far as they are known.
func inOrder(times ...time.Time) bool {
	times = slices.DeleteFunc(times, time.Time.IsZero)
	return slices.IsSortedFunc(times, time.Time.Compare)
}

// inFlight is the most events that were under way at once.
func inFlight(events []Event) (most int) {
	var ends []time.Time // of those under way
	for _, e := range events {
		ends = slices.DeleteFunc(ends, func(end time.Time) bool { return !end.After(e.Start) })
		ends = append(ends, e.End)
		most = max(most, len(ends))
	}
	return most
}

func noOverlap(t *testing.T, what string, events []Event) {
	t.Helper()
	last := map[int]Event{}
	for _, e := range events {
		if before, ok := last[e.Lane]; ok && e.Lane >= 0 && e.Start.Before(before.End) {
			t.Errorf("%s %d: %v begins %v before the end of %v", what, e.Lane, e.Kind, before.End.Sub(e.Start), before.Kind)
		}
		last[e.Lane] = e
	}
}

// returnsToZero: a curve that goes up to a height as often as down from it
// ends where it began.
func returnsToZero(t *testing.T, events []Event) {
	t.Helper()
	steps := map[int64]int{}
	for _, e := range events {
		steps[e.Before]++
		steps[e.After+1]--
	}
	for height, n := range steps {
		if n != 0 {
			t.Errorf("%d more steps up to %d than down", n, height)
		}
	}
}

// moody fails, redirects and asks for peace, each in a third of its answers.
func moody() http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		if r.URL.Path == "/elsewhere" {
			io.WriteString(w, "elsewhere")
			return
		}
		switch n := n.Add(1); {
		case n%3 == 0:
			w.WriteHeader(503)
			return
		case n%3 == 1:
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		case n == 20:
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(429)
			return
		}
		io.WriteString(w, "whole")
	}
}

// What is told of a task, one stretch after the other, is all of its time.
func TestEventsSumUp(t *testing.T) {
	tests := map[string]struct {
		o    Options
		kind EventKind // that there is, beside what there always is
	}{
		"one at a time":  {Options{MaxInFlight: 1}, KindSlotWait},
		"plenty":         {Options{MaxInFlight: 20}, KindHostPause},
		"one writer":     {Options{Writers: 1}, KindQueue},
		"a small buffer": {Options{Writers: 1, Buffer: 1200}, KindDiskWait},
		"in line":        {Options{Inline: true}, KindSlotWait},
		"at a rate":      {Options{Rate: 7}, KindRateWait},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := tt.o
				seen := &witness{}
				o.Observe, o.Retries = seen.observe, 30
				d := inMemory(t, &shelf{delay: 150 * time.Millisecond}, moody(), o)
				took := map[string]time.Duration{}
				for r := range d.Run(t.Context(), numbered(100)) {
					if r.Err != nil {
						t.Fatal(r.Err)
					}
					took[r.ID] = r.Elapsed
				}
				seen.check(t, d.sender.options.MaxInFlight, d.sender.options.Writers, o.Inline)
				for _, kind := range []EventKind{tt.kind, KindRequest, KindBackoff, KindWrite} {
					if len(seen.of(kind)) == 0 {
						t.Errorf("no %v was told of", kind)
					}
				}
				for _, e := range seen.events {
					took[e.Task] -= e.End.Sub(e.Start)
				}
				for task, left := range took {
					if left != 0 {
						t.Errorf("task %s: %v of its time is not told of", task, left)
					}
				}
			})
		})
	}
}

// What is told of requests agrees with what the server saw.
func TestEventsOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		seen := &witness{}
		d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxInFlight: 7, Observe: seen.observe})
		for range d.Run(t.Context(), twice(50)) {
		}
		seen.check(t, 7, 4, false)
		requests := seen.of(KindRequest)
		if n := inFlight(requests); len(requests) != 100 || n != 7 || g.most.Load() != 7 {
			t.Errorf("%d requests, %d at once; the server saw %d at once", len(requests), n, g.most.Load())
		}
		for _, e := range requests {
			if e.Status != 200 || e.Attempt != 1 || e.Hops != 1 || e.Bytes == 0 || e.Err != nil ||
				e.FirstByte.Sub(e.Start) != time.Second {
				t.Errorf("told %+v", e)
			}
		}
		// Who takes up a task's second request at once tells of a wait of no time.
		aSecond := func(e Event) bool { return e.End.Sub(e.Start) == time.Second }
		if waits := seen.of(KindSlotWait); len(waits) < 7 || !slices.ContainsFunc(waits, aSecond) {
			t.Errorf("%d waits for a slot, none of a second", len(waits))
		}
	})
}

// A request's attempts are told one by one, with what is between them.
func TestEventsOfAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		handler := func(w http.ResponseWriter, r *http.Request) {
			switch asked++; asked {
			case 1:
				w.Header().Set("Retry-After", "2")
				w.WriteHeader(429)
			case 2:
				http.Redirect(w, r, "http://user:secret@other/", http.StatusFound)
			case 3:
				w.Header().Set("Content-Length", "10")
				io.WriteString(w, "cut")
			default:
				io.WriteString(w, "whole")
			}
		}
		seen := &witness{}
		d := inMemory(t, &shelf{}, handler, Options{Retries: 2, Observe: seen.observe})
		tasks := func(yield func(task) bool) {
			yield(task{ID: "x", Fetch: fetchOne("http://user:secret@host/x", "x")})
		}
		for r := range d.Run(t.Context(), tasks) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		var told []string
		for _, e := range seen.events {
			if want := "http://user:xxxxx@host/x"; e.URL != want && e.Kind < KindDiskWait {
				t.Errorf("%v of %q, want %q", e.Kind, e.URL, want)
			}
			if e.Kind == KindRequest {
				told = append(told, fmt.Sprintf("%v %d: %d, %d bytes, %d hops, failed %v", e.Kind, e.Attempt, e.Status, e.Bytes, e.Hops, e.Err != nil))
			} else {
				told = append(told, fmt.Sprintf("%v %d", e.Kind, e.Attempt))
			}
		}
		want := []string{
			"dial 1", "request 1: 429, 0 bytes, 1 hops, failed true", "backoff 1", "host pause 1", "dial 2",
			"request 2: 200, 3 bytes, 2 hops, failed true", "backoff 2",
			"request 3: 200, 5 bytes, 1 hops, failed false", "queue 0", "write 0",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q\nwant %q", told, want)
		}
	})
}

// An end that comes early leaves nothing open.
func TestEventsOfCancelledRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := &witness{}
		d := inMemory(t, &shelf{delay: time.Minute}, (&gauge{delay: time.Second}).ServeHTTP,
			Options{MaxInFlight: 9, Writers: 1, Buffer: 3000, Observe: seen.observe})
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		for range d.Run(ctx, numbered(1000)) {
		}
		seen.check(t, 9, 1, false)
		for _, e := range seen.of(KindDiskWait) {
			if e.Err == nil && e.End.Sub(e.Start) < time.Second {
				t.Errorf("a wait for the disk of %v", e.End.Sub(e.Start))
			}
		}
		var waiting int64
		for _, e := range seen.of(KindQueue) {
			waiting += e.Bytes
		}
		for _, e := range seen.of(KindWrite) {
			waiting -= e.Bytes
		}
		if last := seen.of(KindWrite); waiting != 0 || last[len(last)-1].After != 0 {
			t.Errorf("%d bytes are left over", waiting)
		}
	})
}

// Over HTTP/2 all share a connection; what is true of places stays true.
func TestEventsHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Proto)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	seen := &witness{}
	d := newDriven(&shelf{}, Options{MaxInFlight: 8, Transport: server.Client().Transport, Observe: seen.observe})
	defer d.Close()
	tasks := func(yield func(task) bool) {
		for i := range 200 {
			if !yield(task{ID: fmt.Sprint(i), Fetch: fetchOne(server.URL, fmt.Sprint(i))}) {
				return
			}
		}
	}
	for r := range d.Run(t.Context(), tasks) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	seen.check(t, 8, 4, false)
	reused, dials := 0, seen.of(KindDial)
	for _, e := range seen.of(KindRequest) {
		if reused += e.Reused; e.Hops != 1 || e.Bytes != int64(len("HTTP/2.0")) {
			t.Errorf("told %+v", e)
		}
	}
	if len(dials) == 0 || len(dials) > 8 || reused < 200-len(dials) {
		t.Errorf("%d dials, %d of 200 requests over a connection that was open", len(dials), reused)
	}
}

// A dial that came to nothing, and files that were not written, are told of.
func TestEventsOfFailures(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	seen := &witness{}
	d := newDriven(&shelf{}, Options{Observe: seen.observe})
	defer d.Close()
	if _, err := get(t.Context(), d, gone.URL); err == nil {
		t.Fatal("no error")
	}
	for _, kind := range []EventKind{KindDial, KindRequest} {
		if told := seen.of(kind); len(told) != 1 || told[0].Err == nil || !told[0].Connected.IsZero() {
			t.Errorf("%v: told %+v", kind, told)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		seen := &witness{}
		full := storeFunc(func([]File) error { return syscall.ENOSPC })
		d := inMemory(t, full, (&gauge{}).ServeHTTP, Options{Observe: seen.observe})
		for range d.Run(t.Context(), numbered(1)) {
		}
		if told := seen.of(KindWrite); len(told) != 1 || told[0].Err != syscall.ENOSPC || told[0].After != 0 {
			t.Errorf("told %+v", told)
		}
	})
}

// A directory's writing and renaming are told of apart.
func TestEventsOfDir(t *testing.T) {
	for _, inline := range []bool{false, true} {
		dir, err := OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		seen := &witness{}
		synctest.Test(t, func(t *testing.T) {
			d := inMemory(t, dir, (&gauge{}).ServeHTTP, Options{Observe: seen.observe, Inline: inline})
			for range d.Run(t.Context(), numbered(50)) {
			}
		})
		seen.check(t, 5, 4, inline)
		if w, r := len(seen.of(KindWrite)), len(seen.of(KindRename)); w != 50 || r != 50 {
			t.Errorf("inline %v: %d times written, %d renamed", inline, w, r)
		}
	}
}
