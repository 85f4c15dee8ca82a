package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"getflags/downloader"
	"getflags/flags"
)

// site answers in memory, after a delay; what a handler does is up to a test.
type site struct {
	delay   time.Duration
	handler http.HandlerFunc
}

func (s site) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(s.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	w := httptest.NewRecorder()
	s.handler(w, r)
	resp := w.Result()
	resp.ContentLength = int64(w.Body.Len())
	return resp, nil
}

// whole has every flag.
func whole(w http.ResponseWriter, r *http.Request) {
	code := filepath.Base(filepath.Dir(r.URL.Path))
	if strings.HasSuffix(r.URL.Path, ".gif") {
		fmt.Fprintf(w, "GIF89a of %s", code)
		return
	}
	fmt.Fprintf(w, `{"country": "Land of %s"}`, code)
}

// configOf measures the engine in some kinds of modes, of 388 files each.
func configOf(t *testing.T, s site, kinds []string, requests, writers []int) (Config, *Engine) {
	e := &Engine{
		Job: flags.Job{Site: flags.Site{Base: "http://host/flags"}}, Codes: flags.Available(),
		Kinds: kinds, Requests: requests, Writers: writers,
		Options: downloader.Options{Transport: s, Timeout: time.Hour}, Now: time.Now,
	}
	return Config{Subject: e, Runs: 1, Seed: 1, Dir: t.TempDir(), Progress: func(Mode, int) {}}, e
}

// took is how long one run of each mode takes in virtual time.
func took(t *testing.T, s site, writeDelay time.Duration, kinds []string, requests, writers []int) (all []time.Duration, m *Measured, r *Comparison) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c, e := configOf(t, s, kinds, requests, writers)
		e.WriteDelay = writeDelay
		var err error
		if m, err = Measure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		r = e.compare(m)
		empty(t, c.Dir)
	})
	for _, runs := range m.Modes {
		all = append(all, runs.Costs[0].Wall.Round(time.Millisecond))
	}
	return all, m, r
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left in %s (%v)", left, dir, err)
	}
}

// moment is how long a run takes to find out that a server is slow, and worth
// more than a few requests at once. Where the last round is not full, that is
// made up for.
const moment = 2 * time.Millisecond

// Where nothing but waiting takes time, each mode takes its ideal time.
func TestMeasureTakesTheIdealTime(t *testing.T) {
	if testing.Short() {
		t.Skip("its thousands of files take a second; make test-all runs it")
	}
	const latency = 50 * time.Millisecond
	all, m, r := took(t, site{latency, whole}, 0, Kinds(), []int{1, 5, 20, 100}, []int{4})
	want := []time.Duration{388, 388, 78, 20, 4, 388, 78, 20, 4} // rounds
	for i := range want {
		want[i] *= latency
		if m.Modes[i].Mode.Requests == 100 {
			want[i] += moment
		}
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
	if r.Latency != latency.Seconds() || m.Rounds() != 1 || len(m.First) != len(m.Modes) {
		t.Errorf("latency %v, %d rounds, %d traced", r.Latency, m.Rounds(), len(m.First))
	}
	for _, mode := range r.Modes {
		if mode.Requests != 388 || mode.Peak != mode.MaxRequests || mode.Efficiency < .99 || mode.Efficiency > 1.001 {
			t.Errorf("%s: %d requests, %d at once, efficiency %v", mode.Mode, mode.Requests, mode.Peak, mode.Efficiency)
		}
	}
}

// A slow server and a slow disk together: handed to sixteen writers, the
// writing of all but the last flags is hidden behind the requests.
func TestMeasureSlowServerAndDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("its thousands of files take a second; make test-all runs it")
	}
	const d, s = 100 * time.Millisecond, 100 * time.Millisecond
	all, m, result := took(t, site{d, whole}, s, Kinds(), []int{16}, []int{16, 4})
	if want := 388*d + 194*s; all[0] != want {
		t.Errorf("in turn it took %v, want %v", all[0], want)
	}
	if most := (25*d + s) * 105 / 100; all[1] > most {
		t.Errorf("handed over it took %v, want at most %v", all[1], most)
	}
	for i, r := range result.Modes {
		if ideal := time.Duration(r.Ideal * float64(time.Second)); all[i] < ideal-time.Millisecond || all[i] > ideal*3/2 {
			t.Errorf("%v took %v, want at least what theory says, %v, and not much more", m.Modes[i].Mode, all[i], ideal)
		}
	}
	if all[3] <= all[1] || all[2] <= all[1] {
		t.Errorf("%v: want in line, and few writers, to be slower than many writers", all)
	}
}

// Without a sequential mode the latency is looked for first.
func TestMeasureLatencyWithoutSequential(t *testing.T) {
	_, _, r := took(t, site{70 * time.Millisecond, whole}, 0, []string{Concurrent}, []int{100}, []int{4})
	if r.Latency != .07 {
		t.Errorf("latency %v s, want 70 ms", r.Latency)
	}
}

// A flag the site does not have is no matter, as long as nobody gets it.
func TestMeasureMissing(t *testing.T) {
	s := site{time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/br/") {
			http.NotFound(w, r)
			return
		}
		whole(w, r)
	}}
	_, m, r := took(t, s, 0, Kinds(), []int{5}, []int{4})
	if text := Analyse(m).Text(); r.Flags != 193 || r.Missing != 1 || !strings.Contains(text, "; 1 not found") {
		t.Error(text)
	}
}

// What is wrong with a run ends the bench, and the error names mode, round
// and file.
func TestMeasureFailures(t *testing.T) {
	nth := func(n int, then http.HandlerFunc) http.HandlerFunc { // of requests for Brazil's image
		var mu sync.Mutex
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if strings.HasSuffix(r.URL.Path, "br.gif") {
				if n--; n == 0 {
					then(w, r)
					return
				}
			}
			whole(w, r)
		}
	}
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, text) }
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		warmup  int
		want    string
	}{
		{"other bytes", nth(2, say("GIF89a of xx")), 0, "sequential, round 2: br.gif has 12 bytes, "},
		{"gone", nth(3, http.NotFound), 0, "sequential, round 3: [BR] were not found; in the first run it was []"},
		{"an error", nth(2, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) }), 2, "sequential, while warming up: BR: http://host/flags/br/br.gif: 418 I'm a teapot"},
		{"no picture", nth(1, say("<html>")), 0, "sequential, round 1: BR: http://host/flags/br/br.gif: got an HTML page, not a GIF"},
		{"none at all", http.NotFound, 0, "sequential, round 1: the site has none of these flags"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := configOf(t, site{time.Millisecond, tt.handler}, []string{Sequential}, nil, nil)
				c.Runs, c.Warmup = 5, tt.warmup
				_, err := Measure(t.Context(), c)
				if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
					t.Errorf("%v, want %s", err, tt.want)
				}
				empty(t, c.Dir)
			})
		})
	}
}

// An interrupt leaves whole rounds, and no directory.
func TestMeasureInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("its thousands of files take a second; make test-all runs it")
	}
	for _, after := range []int{100, 1000, 3*388 + 1} {
		synctest.Test(t, func(t *testing.T) {
			stop := errors.New("stop")
			ctx, cancel := context.WithCancelCause(t.Context())
			n := 0
			s := site{time.Millisecond, whole}
			c, _ := configOf(t, s, []string{Sequential, Concurrent}, []int{7}, []int{2})
			c.Runs, c.Warmup = 50, 1
			c.Progress = func(Mode, int) {
				if n++; n == after {
					cancel(stop)
				}
			}
			m, err := Measure(ctx, c)
			if want := max(0, (after-1)/388-1); !errors.Is(err, stop) || m.Rounds() != want {
				t.Errorf("after %d flags: %v, %d whole rounds, want %d", after, err, m.Rounds(), want)
			}
			for _, runs := range m.Modes {
				if len(runs.Costs) != m.Rounds() || runs.Stats.Requests != 388*m.Rounds() {
					t.Errorf("%v: %d runs of %d requests", runs.Mode, len(runs.Costs), runs.Stats.Requests)
				}
			}
			empty(t, c.Dir)
		})
	}
}

func TestMeasureNowhereToWrite(t *testing.T) {
	c, _ := configOf(t, site{0, whole}, []string{Sequential}, nil, nil)
	c.Dir = filepath.Join(c.Dir, "missing")
	if _, err := Measure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("%v", err)
	}
}

// Replayed, the runs of a round follow each other without a gap.
func TestReplay(t *testing.T) {
	_, m, _ := took(t, site{50 * time.Millisecond, whole}, 0, []string{Sequential, Concurrent}, []int{97}, []int{4})
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var all []downloader.Event
	Replay(m.First, start, func(e downloader.Event) { all = append(all, e) })
	first, last := span(all)
	if took := last.Sub(first); !first.Equal(start) || took.Round(time.Millisecond) != 392*50*time.Millisecond+moment {
		t.Errorf("from %v, for %v", first, took)
	}
	for _, e := range all {
		s := e.When()
		if r, ok := e.(*downloader.RequestDone); s.End.Before(s.Start) || s.End.After(last) || ok && !r.FirstByte.IsZero() {
			t.Fatalf("in disorder: %+v", e)
		}
		if !strings.HasPrefix(s.Task, "sequential: ") && !strings.HasPrefix(s.Task, "concurrent -m 97 --writers 4: ") {
			t.Fatalf("task %q does not tell of its run", s.Task)
		}
	}
}

// A bar that has as many steps as the modes say is full in the end.
func TestMeasureSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, e := configOf(t, site{time.Millisecond, whole}, Kinds(), []int{1, 3}, []int{2})
		e.Codes, c.Warmup, c.Runs = e.Codes[:5], 1, 2
		want, got := 0, 0
		for _, m := range e.Modes() {
			want += m.Steps * (c.Warmup + c.Runs)
		}
		c.Progress = func(Mode, int) { got++ }
		if _, err := Measure(t.Context(), c); err != nil || got != want {
			t.Errorf("%d steps, want %d (%v)", got, want, err)
		}
	})
}
