package flagserver

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A delay that leaves no choice is that delay.
func TestFixedDelay(t *testing.T) {
	b := Behaviour{MinDelay: time.Second, MaxDelay: time.Second}
	for n := range 3 {
		if delay, kind := b.Outcome(brazil, n); delay != time.Second || kind != "" {
			t.Errorf("request %d: %v, %q", n, delay, kind)
		}
	}
}

// The vector by which another program can check that it draws alike. Its
// numbers come from Python, by the lines in Outcome's comment.
func TestDrawVector(t *testing.T) {
	tests := []struct {
		what, path string
		n          int
		want       float64
	}{
		{"delay", "/flags/br/br.gif", 0, 0.7773943161118513},
		{"delay", "/flags/br/br.gif", 1, 0.41138481796169857},
		{"delay", "/flags/ci/metadata.json", 2, 0.8653293417378074},
		{"fault", "/flags/br/br.gif", 0, 0.7192090197542489},
		{"fault", "/flags/ci/metadata.json", 0, 0.3550205323049127},
		{"fault", "/flags/ci/metadata.json", 2, 0.04832638770653741},
	}
	b := Behaviour{Seed: 42}
	for _, tt := range tests {
		if got := b.draw(tt.what, tt.path, tt.n); got != tt.want {
			t.Errorf("42 %s %s %d: %v, want %v", tt.what, tt.path, tt.n, got, tt.want)
		}
	}
}

func TestOutcomeVector(t *testing.T) {
	b := Error()
	b.Seed = 42
	tests := []struct {
		n     int
		delay time.Duration
		kind  Kind
	}{
		{0, 3830809897, ""}, {1, 3654365764, ""}, {2, 4393982037, "418"},
	}
	for _, tt := range tests {
		delay, kind := b.Outcome("/flags/ci/metadata.json", tt.n)
		if delay != tt.delay || kind != tt.kind {
			t.Errorf("request %d: %v and %q, want %v and %q", tt.n, delay, kind, tt.delay, tt.kind)
		}
	}
}

func TestFaultsShareOutNumbers(t *testing.T) {
	fs := Faults{{"418", .25}, {"503", 0}, {"429", .5}}
	for u, want := range map[float64]Kind{
		0: "418", .2499: "418", .25: "429", .7499: "429", .75: "", math.Nextafter(1, 0): "",
	} {
		if got := fs.at(u); got != want {
			t.Errorf("%v falls on %q, want %q", u, got, want)
		}
	}
}

// Over many paths delays are spread evenly and faults come as often as they
// should. With a fixed seed there is no chance in it.
func TestDistribution(t *testing.T) {
	b := Error()
	const n = 10_000
	var sum time.Duration
	teapots := 0
	for i := range n {
		delay, kind := b.Outcome(brazil, i)
		if delay < b.MinDelay || delay >= b.MaxDelay {
			t.Fatalf("delay %v", delay)
		}
		sum += delay
		if kind == "418" {
			teapots++
		}
	}
	if mean := sum / n; mean < 2700*time.Millisecond || mean > 2800*time.Millisecond {
		t.Errorf("mean delay %v, want about 2.75s", mean)
	}
	if teapots < 2400 || teapots > 2600 {
		t.Errorf("%d of %d failed, want about a quarter", teapots, n)
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		b    Behaviour
		want string
	}{
		{Local(), ""},
		{Delay(), ""},
		{Error(), ""},
		{Behaviour{MinDelay: time.Second, MaxDelay: time.Second}, ""},
		{Behaviour{MinDelay: -1}, "minimum delay -1ns: want 0 or more"},
		{Behaviour{MinDelay: time.Second}, "maximum delay 0s: want at least the minimum delay, 1s"},
		{Behaviour{BytePause: -1}, "byte pause -1ns: want 0 or more"},
		{Behaviour{RetryAfter: -1}, "retry after -1ns: want 0 or more"},
		{Behaviour{Faults: Faults{{"600", .1}}}, `fault "600": want an HTTP status from 400 to 599`},
		{Behaviour{Faults: Faults{{"418", math.NaN()}}}, "fault 418: probability NaN: want a number from 0 to 1"},
		{Behaviour{Faults: Faults{{"418", .6}, {"503", .6}}}, "the probabilities of all faults add up to 1.2: want at most 1"},
	}
	for _, tt := range tests {
		got := ""
		if _, err := New(Set(), tt.b); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%+v: %q, want %q", tt.b, got, tt.want)
		}
	}
}

// statuses asks n times for each of some paths, at most m at a time, and
// returns the statuses by path.
func statuses(h http.Handler, paths []string, n, m int) map[string][]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[string][]int{}
	slots := make(chan bool, m)
	for _, path := range paths {
		wg.Go(func() { // in order for one path, in any order between them
			for range n {
				slots <- true
				code := get(h, "GET", path).StatusCode
				<-slots
				mu.Lock()
				got[path] = append(got[path], code)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return got
}

func TestSameOutcomesAtAnyConcurrency(t *testing.T) {
	paths := []string{"/flags/zz/zz.gif", "/", "/flags/br/../x"}
	for _, code := range countries(t)[:40] {
		paths = append(paths, "/flags/"+strings.ToLower(code)+"/metadata.json")
	}
	b := Error()
	b.Seed = 7
	want := map[string][]int{}
	for _, path := range paths {
		for n := range 5 {
			_, kind := b.Outcome(path, n)
			_, exists := fileName(&url.URL{Path: path})
			switch {
			case kind == "418":
				want[path] = append(want[path], 418)
			case exists && path != paths[0]:
				want[path] = append(want[path], 200)
			default:
				want[path] = append(want[path], 404)
			}
		}
	}
	for _, m := range []int{1, 5, 100} {
		synctest.Test(t, func(t *testing.T) {
			if diff := cmp.Diff(want, statuses(newHandler(t, Set(), b), paths, 5, m)); diff != "" {
				t.Errorf("m = %d: %s", m, diff)
			}
		})
	}
}

// HEAD and conditional requests count like any other, whatever they are for.
func TestEveryRequestDraws(t *testing.T) {
	b := Behaviour{Faults: Faults{{"418", .5}}}
	h := newHandler(t, Set(), b)
	etag := get(newHandler(t, Set(), Local()), "HEAD", brazil).Header.Get("ETag")
	var got, want []bool
	for n := range 30 {
		_, kind := b.Outcome(brazil, n)
		want = append(want, kind == "418")
		request := [][]string{{"GET"}, {"HEAD"}, {"GET", "If-None-Match", etag}}[n%3]
		r := get(h, request[0], brazil+"?a=b", request[1:]...)
		got = append(got, r.StatusCode == 418)
	}
	if !slices.Equal(got, want) {
		t.Errorf("teapots: %v\nwant:    %v", got, want)
	}
}

// Where nothing is left to chance nothing is counted, which would take time.
func TestLocalCountsNothing(t *testing.T) {
	h := newHandler(t, Set(), Local())
	get(h, "GET", brazil)
	if len(h.asked.asked) > 0 {
		t.Errorf("counted: %v", h.asked.asked)
	}
}

func TestTally(t *testing.T) {
	var asked tally
	for want := range 3 {
		if got := asked.next("/a"); got != want {
			t.Errorf("asked %d times before, want %d", got, want)
		}
	}
	for i := range maxTallied {
		asked.next("/" + strconv.Itoa(i))
	}
	if len(asked.asked) != maxTallied {
		t.Errorf("%d paths are counted, want %d", len(asked.asked), maxTallied)
	}
	for range 2 {
		if got := asked.next("/one too many"); got != 0 {
			t.Errorf("a path beyond the bound was asked for %d times, want 0", got)
		}
	}
	if got := asked.next("/a"); got != 3 {
		t.Errorf("a path within the bound was asked for %d times, want 3", got)
	}
}
