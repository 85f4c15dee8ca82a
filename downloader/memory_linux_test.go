package downloader

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkMemory prints what a run keeps in memory, resident, when the disk
// is a hundred times slower than the network, so that the whole byte budget is
// spent from the first second to the last. It is to stay below 64 MiB above
// the budget, whatever the number of tasks:
//
//	go test -run '^$' -bench Memory -benchtime 1x ./downloader
//
// The network is a RoundTripper that costs next to nothing: the disk's pace is
// a hundredth of it, and 100,000 tasks over sockets would take minutes. A
// shorter run over sockets, with the server's memory in the figure too, shows
// what connections add.
func BenchmarkMemory(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
		io.WriteString(w, picture)
	}))
	defer server.Close()
	for _, tasks := range []int{20_000, 100_000} {
		b.Run(fmt.Sprintf("memory/tasks=%d", tasks), func(b *testing.B) {
			resident(b, tasks, "http://host/", Options{Transport: instant{}})
		})
	}
	b.Run("sockets/tasks=10000", func(b *testing.B) { resident(b, 10_000, server.URL, Options{}) })
}

// BenchmarkGrowth prints that time grows with the number of tasks and not
// faster, and memory not at all; over sockets, with the server's share in both
// figures, and into a new directory:
//
//	go test -run '^$' -bench Growth -benchtime 1x ./downloader
func BenchmarkGrowth(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
		io.WriteString(w, picture)
	}))
	defer server.Close()
	for _, tasks := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("tasks=%d", tasks), func(b *testing.B) {
			dir, err := OpenDir(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer dir.Close()
			debug.FreeOSMemory()
			clearPeak(b)
			for b.Loop() {
				d := newDriven(dir, Options{MaxInFlight: 16})
				drain(b, d, singles(tasks, server.URL))
				d.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*tasks), "µs/task")
			b.ReportMetric(peakResident(b), "MiB-resident")
		})
	}
}

// singles yields n tasks of one file each.
func singles(n int, url string) iter.Seq[task] {
	return func(yield func(task) bool) {
		for i := range n {
			if !yield(task{Fetch: fetchOne(url, strconv.Itoa(i))}) {
				return
			}
		}
	}
}

// picture is as large as a flag of the built-in set.
var picture = strings.Repeat("x", 5000)

// instant is a network that answers at once.
type instant struct{}

func (instant) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, Header: http.Header{}, Request: r,
		ContentLength: int64(len(picture)), Body: io.NopCloser(strings.NewReader(picture)),
	}, nil
}

func resident(b *testing.B, tasks int, url string, o Options) {
	o.MaxInFlight = 100
	pace := networkPace(b, url, o)
	debug.FreeOSMemory() // what came before this run is not to be seen in it
	for b.Loop() {
		clearPeak(b)
		s := &slowDisk{each: 100 * pace}
		d := newDriven(s, o)
		drain(b, d, s.tasks(tasks, url))
		d.Close()
		peak, budget := peakResident(b), float64(d.sender.options.Buffer)/(1<<20)
		b.ReportMetric(peak, "MiB-resident")
		b.ReportMetric(peak-budget, "MiB-above-budget")
		b.ReportMetric(float64(s.most)/(1<<20), "MiB-waiting")
		b.ReportMetric(float64(pace.Nanoseconds())/1e3, "µs/request")
		if peak-budget > 64 {
			b.Errorf("%.0f MiB resident, %.0f above the budget", peak, peak-budget)
		}
		// Each byte counts twice.
		if float64(2*s.most) < .9*float64(d.sender.options.Buffer) {
			b.Errorf("%d bytes waited at most: the budget was never spent", s.most)
		}
	}
}

// networkPace is how long the network takes for a request when nothing is
// written: m of them at once, the time of all divided by their number.
func networkPace(b *testing.B, url string, o Options) time.Duration {
	const n = 20_000
	d := newDriven(&slowDisk{}, o)
	defer d.Close()
	start := time.Now()
	drain(b, d, (&slowDisk{}).tasks(n, url))
	return time.Since(start) / n
}

func drain(b *testing.B, d *driven, tasks iter.Seq[task]) {
	for r := range d.Run(b.Context(), tasks) {
		if r.Err != nil {
			b.Fatal(r.Err)
		}
	}
}

// slowDisk takes one file at a time, however many writers there are, and
// knows how many bytes wait for it.
type slowDisk struct {
	each    time.Duration
	mu      sync.Mutex
	free    time.Time // when what was put so far will be written
	waiting int       // bytes fetched and not yet written
	most    int
}

// tasks yields n tasks, each of a file that this disk is to take.
func (s *slowDisk) tasks(n int, url string) iter.Seq[task] {
	fetch := fetching(func(ctx context.Context, c *Client) ([]File, error) {
		resp, err := c.Get(ctx, url)
		if err != nil {
			return nil, err
		}
		s.come(len(resp.Body))
		return []File{{Name: "flag.gif", Data: resp.Body}}, nil
	})
	return func(yield func(task) bool) {
		for range n {
			if !yield(task{Fetch: fetch}) {
				return
			}
		}
	}
}

func (s *slowDisk) come(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting += n
	s.most = max(s.most, s.waiting)
}

func (s *slowDisk) Put(_ context.Context, files []File) error {
	s.mu.Lock()
	s.free = later(s.free, time.Now()).Add(s.each)
	written := s.free
	s.mu.Unlock()
	<-time.After(time.Until(written))
	s.come(-len(files[0].Data))
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// clearPeak makes the kernel forget the largest size so far; see proc(5),
// clear_refs.
func clearPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Fatal(err)
	}
}

// peakResident is the largest resident size since clearPeak, in MiB.
func peakResident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	if _, err := fmt.Sscanf(rest, "%f kB", &kilobytes); err != nil {
		b.Fatalf("no VmHWM: %v", err)
	}
	return kilobytes / 1024
}
