package stats_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"getflags/downloader"
	"getflags/downloader/stats"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func span(took time.Duration) downloader.Span {
	return downloader.Span{Start: start, End: start.Add(took)}
}

func attempt(took time.Duration) downloader.Attempt { return downloader.Attempt{Span: span(took)} }

func load(took time.Duration) downloader.Load { return downloader.Load{Span: span(took)} }

func request(took time.Duration) *downloader.RequestDone {
	return &downloader.RequestDone{Attempt: attempt(took)}
}

func dialled(took time.Duration, err error) *downloader.Dialled {
	d := &downloader.Dialled{Attempt: attempt(took)}
	d.Err = err
	return d
}

func TestSummary(t *testing.T) {
	c := stats.New()
	good := request(3 * time.Second)
	good.OpenAtStart, good.Status, good.Bytes, good.Number, good.Hops, good.Reused = 2, 200, 100, 1, 2, 1
	good.FirstByte = start.Add(2 * time.Second)
	refused := request(time.Second)
	refused.OpenAtStart, refused.Status, refused.Bytes, refused.Number, refused.Err = 3, 503, 10, 2, errors.New("503")
	refused.Hops, refused.Reused = 1, 1
	cut := request(time.Second)
	cut.OpenAtStart, cut.Status, cut.Bytes, cut.Number, cut.Err = 1, 200, 50, 1, errors.New("cut off")
	lost := dialled(4*time.Second, errors.New("refused"))
	queue := &downloader.Queued{Load: load(7 * time.Second)}
	queue.WaitingAtStart = 4096
	for _, e := range []downloader.Event{
		good, refused, cut, lost, queue, dialled(time.Second, nil),
		&downloader.SlotWait{Attempt: attempt(2 * time.Hour)}, &downloader.Backoff{Attempt: attempt(8 * time.Second)},
	} {
		c.Observe(e)
	}
	once := func(seconds int) stats.Distribution {
		d := time.Duration(seconds) * time.Second
		return stats.Distribution{Count: 1, P50: d, P90: d, P99: d, Max: d, Sum: d}
	}
	got := c.Summary()
	got.Request.P50 = got.Request.P50.Round(100 * time.Millisecond)
	got.Dial.P50 = got.Dial.P50.Round(100 * time.Millisecond)
	wait := once(7200)
	wait.P50, wait.P90, wait.P99 = got.SlotWait.P50, got.SlotWait.P50, got.SlotWait.P50
	s := time.Second
	want := stats.Summary{
		Requests: 3, Retries: 1, Statuses: map[int]int{200: 2, 503: 1}, Broken: 1, Peak: 3,
		Bytes: 160, Waiting: 4096, Opened: 1, Reused: 2,
		Request:   stats.Distribution{Count: 3, P50: s, P90: 3 * s, P99: 3 * s, Max: 3 * s, Sum: 5 * s},
		Dial:      stats.Distribution{Count: 2, P50: s, P90: 4 * s, P99: 4 * s, Max: 4 * s, Sum: 5 * s},
		FirstByte: once(2), SlotWait: wait, Backoff: once(8), Queue: once(7),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.SlotWait.P50 < 59*time.Minute || got.SlotWait.P50 > 61*time.Minute {
		t.Errorf("the median of what is longer than an hour is %v", got.SlotWait.P50)
	}
}

// Broken is a request without an answer, or with a part of one, and no request
// that was answered, whatever the answer.
func TestBroken(t *testing.T) {
	for _, tt := range []struct {
		status int
		failed bool
		want   int
	}{
		{0, true, 1}, {200, true, 1}, {299, true, 1}, {300, true, 0}, {404, true, 0}, {200, false, 0}, {0, false, 0},
	} {
		c := stats.New()
		e := request(time.Second)
		if e.Status = tt.status; tt.failed {
			e.Err = errors.New("no answer, or not the whole of one, or a refusal")
		}
		c.Observe(e)
		if got := c.Summary().Broken; got != tt.want {
			t.Errorf("status %d, failed %v: %d broken, want %d", tt.status, tt.failed, got, tt.want)
		}
	}
}

// The connections that were opened are those that were dialled with success; of
// a transport that tells of no dials, those that a request was the first to use.
func TestOpened(t *testing.T) {
	c := stats.New()
	first, again := request(time.Second), request(time.Second)
	first.Hops, again.Hops, again.Reused = 3, 5, 5
	c.Observe(first)
	c.Observe(again)
	if got := c.Summary().Opened; got != 3 {
		t.Errorf("without dials %d, want 3", got)
	}
	for _, e := range []downloader.Event{dialled(time.Second, nil), dialled(time.Second, nil), dialled(time.Second, errors.New("refused"))} {
		c.Observe(e)
	}
	if got := c.Summary().Opened; got != 2 {
		t.Errorf("with two dials, and one that failed, %d, want 2", got)
	}
}

// Percentiles are those of the sorted durations, to a hundredth.
func TestPercentiles(t *testing.T) {
	c := stats.New()
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]time.Duration, 20000)
	var both sync.WaitGroup
	for i := range all {
		all[i] = time.Duration(float64(100*time.Microsecond) * (1 + 1000*random.ExpFloat64()))
	}
	for half := range slices.Chunk(all, len(all)/2) {
		half = slices.Clone(half)
		both.Go(func() {
			for _, d := range half {
				c.Observe(&downloader.FilesWritten{Load: load(d)})
			}
		})
	}
	both.Wait()
	slices.Sort(all)
	got := c.Summary().Write
	for p, at := range map[float64]time.Duration{.5: got.P50, .9: got.P90, .99: got.P99} {
		want := all[int(p*float64(len(all)))-1]
		if float64(at) < float64(want) || float64(at) > 1.01*float64(want) {
			t.Errorf("the percentile at %v is %v, want %v to a hundredth", p, at, want)
		}
	}
	if got.Max != all[len(all)-1] || got.Count != len(all) {
		t.Errorf("%d times, at most %v; want %d, %v", got.Count, got.Max, len(all), all[len(all)-1])
	}
}

// Memory does not depend on how much is told.
func TestMemory(t *testing.T) {
	c := stats.New()
	a, l := attempt(time.Second), load(time.Second)
	for _, e := range []downloader.Event{
		&downloader.RateWait{Attempt: a}, &downloader.HostPause{Attempt: a}, &downloader.SlotWait{Attempt: a},
		request(time.Second), dialled(time.Second, nil), &downloader.Backoff{Attempt: a},
		&downloader.BudgetWait{Span: a.Span}, &downloader.Queued{Load: l}, &downloader.FilesWritten{Load: l}, &downloader.FilesRenamed{Load: l},
	} {
		c.Observe(e)
	}
	e := request(time.Second)
	e.Status = 200
	if n := testing.AllocsPerRun(1000, func() { c.Observe(e) }); n != 0 {
		t.Errorf("%v allocations an event, want none", n)
	}
}

func BenchmarkObserve(b *testing.B) {
	c := stats.New()
	e := request(1234 * time.Microsecond)
	for b.Loop() {
		c.Observe(e)
	}
}

func ExampleCollector() {
	c := stats.New()
	options := downloader.Options{MaxInFlight: 20, Observe: c.Observe}
	_ = options // for downloader.New, and then a run
	fmt.Println(c.Summary().Requests, "requests")
	// Output: 0 requests
}
