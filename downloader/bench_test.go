package downloader

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"getflags/downloader/internal/limit"
)

// BenchmarkRun downloads b.N files of 5 KB from a server in this process into
// a directory, at several caps, and with somebody who observes. Allocations
// are those of client and server together.
func BenchmarkRun(b *testing.B) {
	body := make([]byte, 5000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5000")
		w.Write(body)
	}))
	defer server.Close()
	var told atomic.Int64
	observe := func(Event) { told.Add(1) }
	for _, o := range []Options{
		{MaxInFlight: 1}, {MaxInFlight: 5}, {MaxInFlight: 16}, {MaxInFlight: 100},
		{MaxInFlight: 16, Observe: observe}, {MaxInFlight: 100, Observe: observe},
	} {
		b.Run(fmt.Sprintf("m=%d,observed=%v", o.MaxInFlight, o.Observe != nil), func(b *testing.B) {
			dir, err := OpenDir(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer dir.Close()
			d := newDriven(dir, o)
			defer d.Close()
			tasks := func(yield func(task) bool) {
				for i := range b.N {
					// Few names: the directory is not what is measured.
					if !yield(task{Fetch: fetchOne(server.URL, fmt.Sprint(i%1000))}) {
						return
					}
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			for r := range d.Run(b.Context(), tasks) {
				if r.Err != nil {
					b.Fatal(r.Err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// What Options.Observe costs a request where nobody observes: all the calls
// that would tell of it.
func BenchmarkUnobserved(b *testing.B) {
	d := newDriven(&shelf{}, Options{})
	c := &Client{sender: d.sender, task: "task"}
	req := httptest.NewRequest("GET", "http://host/x", nil)
	b.ReportAllocs()
	for b.Loop() {
		w := c.watch(req.URL)
		w.resumed(nil)
		w.waited(limit.ForSlot, 0, d.sender.observer.now(), nil)
		p := w.probe(0)
		p.trace()
		p.answered(200, 0)
		p.counting(req.Body)
		p.end(nil)
		q := d.sender.observer.queued("task", 1)
		d.sender.observer.taken(q, 0)
		d.sender.observer.write("task", 1, Place{}).end(nil)
	}
}
