package downloader

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
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

// of are the events of a type, by start.
func of[E Event](w *witness) []E {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []E
	for _, e := range w.events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b E) int { return a.When().Start.Compare(b.When().Start) })
	return found
}

// check holds all that was told to what is true of any run.
func (w *witness) check(t *testing.T, m, writers int, inline bool) {
	t.Helper()
	slots, disk := map[int][]Event{}, map[int][]Event{}
	for _, e := range of[*RequestDone](w) {
		slots[e.Slot] = append(slots[e.Slot], e)
		if e.Slot < 0 || e.Slot >= m || e.OpenAtStart < 1 || e.OpenAtStart > int64(m) || e.OpenAtEnd < 0 || e.OpenAtEnd >= int64(m) {
			t.Errorf("slot %d of %d, %d and %d in flight", e.Slot, m, e.OpenAtStart, e.OpenAtEnd)
		}
		if !inOrder(e.Start, e.Connected, e.FirstByte, e.End) || !inOrder(e.Connected, e.Wrote, e.End) {
			t.Errorf("request in no order: %+v", e)
		}
	}
	if most := inFlight(of[*RequestDone](w)); most > m {
		t.Errorf("%d requests at once, want at most %d", most, m)
	}
	written := func(e Event, l Load, p Place) {
		switch {
		case l.Bytes <= 0, inline != (p.Writer < 0), inline != (p.Slot >= 0), p.Writer >= writers:
			t.Errorf("%d bytes written at %+v", l.Bytes, p)
		case inline:
			slots[p.Slot] = append(slots[p.Slot], e)
		default:
			disk[p.Writer] = append(disk[p.Writer], e)
		}
	}
	for _, e := range of[*FilesWritten](w) {
		written(e, e.Load, e.Place)
	}
	for _, e := range of[*FilesRenamed](w) {
		written(e, e.Load, e.Place)
	}
	noOverlap(t, "slot", slots)
	noOverlap(t, "writer", disk)
	returnsToZero(t, of[*RequestDone](w))
}

// inOrder reports whether times follow one another, as far as they are known.
func inOrder(times ...time.Time) bool {
	times = slices.DeleteFunc(times, time.Time.IsZero)
	return slices.IsSortedFunc(times, time.Time.Compare)
}

// inFlight is the most requests that were under way at once.
func inFlight(requests []*RequestDone) (most int) {
	var ends []time.Time // of those under way
	for _, e := range requests {
		ends = slices.DeleteFunc(ends, func(end time.Time) bool { return !end.After(e.Start) })
		ends = append(ends, e.End)
		most = max(most, len(ends))
	}
	return most
}

func noOverlap(t *testing.T, what string, places map[int][]Event) {
	t.Helper()
	for n, events := range places {
		slices.SortStableFunc(events, func(a, b Event) int { return a.When().Start.Compare(b.When().Start) })
		for i := 1; i < len(events); i++ {
			if a, b := events[i-1], events[i]; b.When().Start.Before(a.When().End) {
				t.Errorf("%s %d: %T begins %v before the end of %T", what, n, b, a.When().End.Sub(b.When().Start), a)
			}
		}
	}
}

// returnsToZero: a curve that goes up to a height as often as down from it
// ends where it began.
func returnsToZero(t *testing.T, requests []*RequestDone) {
	t.Helper()
	steps := map[int64]int{}
	for _, e := range requests {
		steps[e.OpenAtStart]++
		steps[e.OpenAtEnd+1]--
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
		told Event // of its type there is one, beside what there always is
	}{
		"one at a time":  {Options{MaxInFlight: 1}, &SlotWait{}},
		"plenty":         {Options{MaxInFlight: 20}, &HostPause{}},
		"one writer":     {Options{Writers: 1}, &Queued{}},
		"a small buffer": {Options{Writers: 1, Buffer: 1200}, &BudgetWait{}},
		"in line":        {Options{Inline: true}, &SlotWait{}},
		"at a rate":      {Options{Rate: 7}, &RateWait{}},
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
				for _, e := range []Event{tt.told, &RequestDone{}, &Backoff{}, &FilesWritten{}} {
					like := func(told Event) bool { return reflect.TypeOf(told) == reflect.TypeOf(e) }
					if !slices.ContainsFunc(seen.events, like) {
						t.Errorf("no %T was told of", e)
					}
				}
				for _, e := range seen.events {
					took[e.When().Task] -= e.When().Took()
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
		requests := of[*RequestDone](seen)
		if n := inFlight(requests); len(requests) != 100 || n != 7 || g.most.Load() != 7 {
			t.Errorf("%d requests, %d at once; the server saw %d at once", len(requests), n, g.most.Load())
		}
		for _, e := range requests {
			if e.Status != 200 || e.Number != 1 || e.Hops != 1 || e.Bytes == 0 || e.Err != nil ||
				e.FirstByte.Sub(e.Start) != time.Second {
				t.Errorf("told %+v", e)
			}
		}
		// Who takes up a task's second request at once tells of a wait of no time.
		aSecond := func(e *SlotWait) bool { return e.Took() == time.Second }
		if waits := of[*SlotWait](seen); len(waits) < 7 || !slices.ContainsFunc(waits, aSecond) {
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
		said := func(what string, a Attempt) {
			if want := "http://user:xxxxx@host/x"; a.URL != want {
				t.Errorf("%s of %q, want %q", what, a.URL, want)
			}
			told = append(told, fmt.Sprintf("%s %d", what, a.Number))
		}
		for _, e := range seen.events {
			switch e := e.(type) {
			case *RequestDone:
				said(fmt.Sprintf("%d, %d bytes, %d hops, failed %v: request", e.Status, e.Bytes, e.Hops, e.Err != nil), e.Attempt)
			case *Dialled:
				said("dial", e.Attempt)
			case *Backoff:
				said("backoff", e.Attempt)
			case *HostPause:
				said("host pause", e.Attempt)
			default:
				told = append(told, fmt.Sprintf("%T", e))
			}
		}
		want := []string{
			"dial 1", "429, 0 bytes, 1 hops, failed true: request 1", "backoff 1", "host pause 1", "dial 2",
			"200, 3 bytes, 2 hops, failed true: request 2", "backoff 2",
			"200, 5 bytes, 1 hops, failed false: request 3", "*downloader.Queued", "*downloader.FilesWritten",
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
		for _, e := range of[*BudgetWait](seen) {
			if e.Err == nil && e.Took() < time.Second {
				t.Errorf("a wait for the disk of %v", e.Took())
			}
		}
		var waiting int64
		for _, e := range of[*Queued](seen) {
			waiting += e.Bytes
		}
		for _, e := range of[*FilesWritten](seen) {
			waiting -= e.Bytes
		}
		if last := of[*FilesWritten](seen); waiting != 0 || last[len(last)-1].WaitingAtEnd != 0 {
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
	reused, dials := 0, of[*Dialled](seen)
	for _, e := range of[*RequestDone](seen) {
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
	if told := of[*Dialled](seen); len(told) != 1 || told[0].Err == nil {
		t.Errorf("told %+v", told)
	}
	if told := of[*RequestDone](seen); len(told) != 1 || told[0].Err == nil || !told[0].Connected.IsZero() {
		t.Errorf("told %+v", told)
	}
	synctest.Test(t, func(t *testing.T) {
		seen := &witness{}
		full := storeFunc(func([]File) error { return syscall.ENOSPC })
		d := inMemory(t, full, (&gauge{}).ServeHTTP, Options{Observe: seen.observe})
		for range d.Run(t.Context(), numbered(1)) {
		}
		if told := of[*FilesWritten](seen); len(told) != 1 || told[0].Err != syscall.ENOSPC || told[0].WaitingAtEnd != 0 {
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
		if w, r := len(of[*FilesWritten](seen)), len(of[*FilesRenamed](seen)); w != 50 || r != 50 {
			t.Errorf("inline %v: %d times written, %d renamed", inline, w, r)
		}
	}
}

// What an observer does to an event that it has been told does not reach those that
// come after it.
func TestEventsAreTheObservers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var written []string
		d := inMemory(t, &shelf{}, (&gauge{}).ServeHTTP, Options{Observe: func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			if w, ok := e.(*FilesWritten); ok {
				written = append(written, fmt.Sprintf("%s: %v", w.Task, w.Bytes > 0))
			}
			if q, ok := e.(*Queued); ok {
				q.Bytes = 0
			}
			e.When().Task = "changed"
		}})
		for range d.Run(t.Context(), numbered(1)) {
		}
		if want := []string{"0: true"}; !slices.Equal(written, want) {
			t.Errorf("written %q, want %q", written, want)
		}
	})
}
