package downloader

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader/internal/limit"
)

// A slow server gets all requests at once as soon as it is known to be slow.
func TestSlowServerGetsAllSlots(t *testing.T) {
	for _, delay := range []time.Duration{3 * time.Millisecond, 30 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			g := &gauge{delay: delay}
			d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxInFlight: 100})
			start := time.Now()
			for r := range d.Run(t.Context(), numbered(300)) {
				if r.Err != nil {
					t.Error(r.Err)
				}
			}
			if took := time.Since(start); took > 3*delay+2*limit.Moment {
				t.Errorf("300 requests of %v, 100 at once, took %v", delay, took)
			}
			if most := g.most.Load(); most != 100 {
				t.Errorf("delay %v: %d requests at once", delay, most)
			}
		})
	}
}

// Tasks of two requests each take as many round trips as their requests take of
// all slots, and one task alone takes one.
func TestRoundTrips(t *testing.T) {
	for _, tt := range []struct{ tasks, slots, want int }{
		{1, 1, 2}, {1, 2, 1}, {1, 100, 1}, {3, 5, 2}, {194, 5, 78}, {194, 8, 49}, {194, 16, 25}, {194, 100, 4}, {194, 388, 1},
	} {
		t.Run(fmt.Sprintf("%d tasks, %d slots", tt.tasks, tt.slots), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gauge{delay: time.Second}
				d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxInFlight: tt.slots})
				start := time.Now()
				for r := range d.Run(t.Context(), twice(tt.tasks)) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				// Until it is known that the server is slow, not all slots are open.
				if took := time.Since(start); took > time.Duration(tt.want)*time.Second+limit.Moment {
					t.Errorf("took %v, want %d round trips", took, tt.want)
				}
				if most := g.most.Load(); int(most) > tt.slots {
					t.Errorf("%d requests at once", most)
				}
			})
		})
	}
}

// The slots are shared by all runs of a Downloader, and by requests outside of
// them: what blocks is the semaphore, and not that a run has no more workers.
func TestSlotsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxInFlight: 4})
		start := time.Now()
		var runs sync.WaitGroup
		for range 2 {
			runs.Go(func() {
				for r := range Run(t.Context(), d.Downloader, &shelf{}, numbered(10)) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
			})
		}
		for range 4 {
			runs.Go(func() {
				if _, err := d.Get(t.Context(), "http://host/x"); err != nil {
					t.Error(err)
				}
			})
		}
		runs.Wait()
		if most := g.most.Load(); most != 4 {
			t.Errorf("%d requests at once, want 4", most)
		}
		if took := time.Since(start); took != 6*time.Second {
			t.Errorf("24 requests of 1 s, 4 at once, took %v", took)
		}
	})
}

// Workers that wait for another attempt leave their slots to others.
func TestOthersWorkDuringBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := func(w http.ResponseWriter, r *http.Request) {
			if len(r.URL.Path) == 2 { // the first ten
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			time.Sleep(10 * time.Millisecond)
		}
		d := inMemory(t, &shelf{}, failing, Options{MaxInFlight: 10, Retries: 3})
		start, failed := time.Now(), 0
		var last time.Duration
		for r := range d.Run(t.Context(), numbered(100)) {
			if r.Err != nil {
				failed++
			} else {
				last = time.Since(start)
			}
		}
		if failed != 10 || last > 150*time.Millisecond {
			t.Errorf("%d failed, and the others took %v", failed, last)
		}
	})
}

// A sequence of tasks that makes them wait holds up no request of a task that
// there is.
func TestSlowSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		d := inMemory(t, &shelf{}, g.ServeHTTP, Options{MaxInFlight: 4})
		slow := func(yield func(task) bool) {
			for one := range twice(5) {
				time.Sleep(10 * time.Second)
				if !yield(one) {
					return
				}
			}
		}
		for r := range d.Run(t.Context(), slow) {
			if r.Err != nil || r.Elapsed != time.Second {
				t.Errorf("%s took %v, %v", r.ID, r.Elapsed, r.Err)
			}
		}
	})
}

// GetAll returns what became of each request, and tells each when it comes, in a
// run as outside of one.
func TestGetAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		serve := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/b" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprint(w, r.URL.Path)
		}
		d := inMemory(t, &shelf{}, serve, Options{MaxInFlight: 2})
		ask := func(ctx context.Context, c *Client) (_ struct{}, _ []File, err error) {
			var mu sync.Mutex
			ended := map[string]bool{}
			var requests []Request
			for _, path := range []string{"/a", "/b", "/c"} {
				requests = append(requests, Request{URL: "http://host" + path, Ended: func(err error) {
					mu.Lock()
					defer mu.Unlock()
					ended[path] = err == nil
				}})
			}
			replies := c.GetAll(ctx, requests...)
			if len(replies) != 3 || replies[1].Err == nil || replies[1].Response != nil ||
				string(replies[0].Response.Body) != "/a" || string(replies[2].Response.Body) != "/c" {
				t.Errorf("%+v", replies)
			}
			if len(ended) != 3 || !ended["/a"] || ended["/b"] || !ended["/c"] {
				t.Errorf("ended well: %v", ended)
			}
			if none := c.GetAll(ctx); len(none) != 0 {
				t.Errorf("of no requests %v", none)
			}
			return struct{}{}, nil, nil
		}
		ask(t.Context(), d.Client(""))
		for r := range d.Run(t.Context(), func(yield func(task) bool) { yield(task{Fetch: ask}) }) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
	})
}

// The workers' books are even when a run is over: nobody is idle, or away.
func TestTeamBooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(8, 1e9, false)
		n := 0
		var team *team
		next := func() (func(), bool) {
			if n++; n > 200 {
				return nil, false
			}
			if n < 20 {
				time.Sleep(time.Millisecond) // so that others idle
			}
			return func() {
				team.stepAside()
				time.Sleep(time.Millisecond)
				team.stepBack()
			}, true
		}
		team = newTeam(l, 8, next, func() bool { return false })
		team.lead()
		team.mu.Lock()
		defer team.mu.Unlock()
		if team.workers != 0 || team.idle != 0 || team.away != 0 || team.underWay != 0 {
			t.Errorf("in the end: %d workers, %d idle, %d away, %d tasks under way", team.workers, team.idle, team.away, team.underWay)
		}
	})
}

// A worker that leaves, as there are more than slots, passes on that there is something
// to do: else a task waits though a slot is free.
func TestSurplusWorkerPassesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		asked := map[string]int{}
		handler := func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			asked[r.URL.Path]++
			first := asked[r.URL.Path] == 1
			mu.Unlock()
			switch {
			case r.URL.Path <= "/1" && first: // both are away at once
				w.WriteHeader(http.StatusServiceUnavailable)
			case r.URL.Path == "/0":
				time.Sleep(2 * time.Second)
			case r.URL.Path <= "/2":
				time.Sleep(time.Minute)
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{MaxInFlight: 3, Retries: 1, Timeout: time.Hour})
		tasks := func(yield func(task) bool) {
			for i, wait := range []time.Duration{0, 0, 2 * time.Second, 2 * time.Second} {
				time.Sleep(wait)
				name := fmt.Sprint(i)
				if !yield(task{ID: name, Fetch: fetchOne("http://host/"+name, name)}) {
					return
				}
			}
		}
		start := time.Now()
		for r := range d.Run(t.Context(), tasks) {
			if took := time.Since(start); r.ID == "3" && took > 10*time.Second {
				t.Errorf("task 3 was done after %v, though a slot was free", took)
			}
		}
	})
}
