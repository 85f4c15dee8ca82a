package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader"
	"getflags/downloader/trace/tracetest"
)

// sink is a file in memory.
type sink struct {
	bytes.Buffer
	err error // of every Write
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	return s.Buffer.Write(p)
}

func (s *sink) Close() error { return s.err }

// site is a network that takes its time, fails now and then, and once asks
// for a pause.
type site struct{ n atomic.Int64 }

func (s *site) RoundTrip(req *http.Request) (*http.Response, error) {
	hooks := httptrace.ContextClientTrace(req.Context())
	time.Sleep(3 * time.Millisecond)
	hooks.GotConn(httptrace.GotConnInfo{})
	time.Sleep(50*time.Millisecond + rand.N(10*time.Millisecond))
	hooks.GotFirstResponseByte()
	answer := &http.Response{StatusCode: 200, Request: req, Body: io.NopCloser(strings.NewReader("body"))}
	answer.ContentLength = 4
	switch n := s.n.Add(1); {
	case n == 50:
		answer.StatusCode, answer.Header = 429, http.Header{"Retry-After": {"2"}}
	case n%20 == 7:
		answer.StatusCode = 503
	case n%20 == 13:
		return nil, errors.New("connection lost")
	}
	return answer, nil
}

// disk is a slow one.
type disk struct{}

func (disk) Put(context.Context, []downloader.File) error { return nil }
func (disk) PutStaged(_ context.Context, _ []downloader.File, staged func()) error {
	time.Sleep(70 * time.Millisecond)
	staged()
	time.Sleep(7 * time.Millisecond)
	return nil
}

// recorded is what a file of the given name gets of a run of n tasks.
func recorded(t *testing.T, name string, n int, o downloader.Options) string {
	var out sink
	synctest.Test(t, func(t *testing.T) {
		f := New(&out, name, Info{Title: "a <b>run</b>", MaxRequests: o.MaxInFlight, Writers: 4})
		o.Observe, o.Transport, o.Retries = f.Observe, &site{}, 10
		d := downloader.New(o)
		for r := range downloader.Run(t.Context(), d, disk{}, tasks(n)) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return out.String()
}

func tasks(n int) iter.Seq[downloader.Task[struct{}]] {
	return func(yield func(downloader.Task[struct{}]) bool) {
		for i := range n {
			url := fmt.Sprintf("http://host/%d.gif", i)
			fetch := func(ctx context.Context, c *downloader.Client) (none struct{}, _ []downloader.File, _ error) {
				answer, err := c.Get(ctx, url)
				if err != nil {
					return none, nil, err
				}
				return none, []downloader.File{answer.File(fmt.Sprint(i))}, nil
			}
			if !yield(downloader.Task[struct{}]{ID: fmt.Sprint(i), Fetch: fetch}) {
				return
			}
		}
	}
}

func TestChrome(t *testing.T) {
	for _, o := range []downloader.Options{
		{MaxInFlight: 1}, {MaxInFlight: 7}, {MaxInFlight: 100}, {MaxInFlight: 7, Inline: true},
		{MaxInFlight: 7, Writers: 1, Buffer: 4000}, {MaxInFlight: 7, Rate: 30},
	} {
		t.Run(fmt.Sprintf("%d,%v,%d,%v", o.MaxInFlight, o.Inline, o.Buffer, o.Rate), func(t *testing.T) {
			data := recorded(t, "run.json", 200, o)
			counts, err := tracetest.Check([]byte(data), o.MaxInFlight)
			if err != nil {
				t.Fatal(err)
			}
			// 200 answers are good; of every twenty requests two are not.
			if n := counts["request"]; n < 215 || n > 230 || counts["write"] != 200 || counts["rename"] != 200 {
				t.Errorf("counts %v", counts)
			}
			if n := counts["request"] - 200; counts["backoff"] != n || counts["host pause"] == 0 {
				t.Errorf("%d requests failed; counts %v", n, counts)
			}
			if (counts["disk wait"] > 0) != (o.Buffer > 0) || (counts["rate wait"] > 0) != (o.Rate > 0) ||
				(counts["queue"] == 200) == o.Inline {
				t.Errorf("counts %v", counts)
			}
			for _, want := range []string{"slot 1", "first byte", "connection lost", "429 Too Many Requests", "http://host/0.gif"} {
				if !strings.Contains(data, want) {
					t.Errorf("no %q", want)
				}
			}
		})
	}
}

// A trace that is cut off between two events lacks but a bracket, which
// viewers do without.
func TestChromeCutOff(t *testing.T) {
	data := recorded(t, "run.json", 20, downloader.Options{MaxInFlight: 3})
	lines := strings.SplitAfter(data, "\n")
	for i := 2; i < len(lines)-2; i++ {
		cut := strings.TrimRight(strings.Join(lines[:i], ""), ",\n")
		if !json.Valid([]byte(cut + "]")) {
			t.Fatalf("cut off after line %d it is no JSON with ] added", i)
		}
	}
}

// pieces is a file that remembers how much each write left in it.
type pieces struct {
	sink
	ends []int
}

func (p *pieces) Write(data []byte) (int, error) {
	n, err := p.sink.Write(data)
	p.ends = append(p.ends, p.Len())
	return n, err
}

// A run may be killed at any time: what it told is in the file within a second,
// and the file ends behind a whole event.
func TestTraceOfKilledRun(t *testing.T) {
	for _, name := range []string{"run.json", "run.html"} {
		var out pieces
		synctest.Test(t, func(t *testing.T) {
			f := New(&out, name, Info{MaxRequests: 1})
			time.Sleep(flushEvery + 1)
			synctest.Wait()
			if out.Len() > 0 {
				t.Errorf("%s: %d bytes without an event", name, out.Len())
			}
			for i := range 1000 {
				now := time.Now()
				f.Observe(&downloader.RequestDone{OpenAtStart: 1, Attempt: downloader.Attempt{URL: strings.Repeat("x", i%700),
					Span: downloader.Span{Task: fmt.Sprint("task ", i), Start: now, End: now.Add(100)}}})
				time.Sleep(3 * time.Millisecond)
			}
			time.Sleep(flushEvery)
			synctest.Wait()
			if !strings.Contains(out.String(), `"task 999"`) {
				t.Errorf("%s: after a second the last event is not there", name)
			}
			f.Close()
		})
		if len(out.ends) < 8 {
			t.Errorf("%s: %d writes in 5 s", name, len(out.ends))
		}
		for _, end := range out.ends {
			killed := out.String()[:end]
			if end != out.Len() && !endsWhole(name, killed) {
				t.Errorf("%s: a run that is killed after %d bytes leaves %q", name, end, killed[max(0, end-100):])
			}
		}
	}
}

// endsWhole reports whether a trace that is cut off ends behind an event.
func endsWhole(name, cut string) bool {
	if filepath.Ext(name) == ".json" {
		return json.Valid([]byte(cut + "]"))
	}
	last := strings.TrimSuffix(cut, "\n")
	return last != cut && json.Valid([]byte(last[strings.LastIndexByte(last, '\n')+1:]))
}

// Everything that a page shows comes from lines of JSON in one element, which
// nothing in them ends.
func TestPage(t *testing.T) {
	page := recorded(t, "run.HTML", 50, downloader.Options{MaxInFlight: 5})
	head, data, found := strings.Cut(page, "<script type=\"application/json\" id=\"events\">\n")
	data, tail, ended := strings.Cut(data, "</script>")
	if !found || !ended || strings.TrimSpace(tail) != "</body>\n</html>" {
		t.Fatalf("the page ends with %q", tail)
	}
	kinds := map[float64]int{}
	for i, line := range strings.Split(strings.TrimSpace(data), "\n") {
		if i == 0 {
			continue
		}
		var event []any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		kinds[event[2].(float64)]++
	}
	if kinds[float64(write)] != 50 || kinds[float64(request)] < 50 {
		t.Errorf("events by kind: %v", kinds)
	}
	if !strings.Contains(head, "<title>a &lt;b&gt;run&lt;/b&gt;</title>") {
		t.Error("the title is not escaped")
	}
	for _, part := range []string{"{script}", "{style}", "{policy}", "{title}"} {
		if strings.Contains(head, part) {
			t.Errorf("the page lacks its %s", part)
		}
	}
}

// What comes from far away stays text, in both formats.
func TestHostileText(t *testing.T) {
	const evil = "</script><script>alert(1)</script><!--\u2028\x00\xff\"'\\"
	for _, name := range []string{"x.json", "x.html"} {
		var out sink
		f := New(&out, name, Info{Title: evil, MaxRequests: 1})
		now := time.Now()
		f.Observe(&downloader.RequestDone{OpenAtStart: 1, Attempt: downloader.Attempt{URL: "http://host/" + evil,
			Span: downloader.Span{Task: evil, Err: errors.New(evil + strings.Repeat("é", 1<<20)), Start: now, End: now}}})
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "alert(1)</script>") || strings.Contains(out.String(), "<!--") {
			t.Errorf("%s: markup went through", name)
		}
		if out.Len() > 100<<10 {
			t.Errorf("%s: %d bytes for one event", name, out.Len())
		}
		if name == "x.json" {
			if _, err := tracetest.Check(out.Bytes(), 1); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	name := filepath.Join(t.TempDir(), "missing", "run.json")
	_, err := Create(name, Info{})
	var failure *Error
	if !errors.As(err, &failure) || !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), name) != 1 {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"x.json", "x.html"} {
		f := New(&sink{err: syscall.ENOSPC}, name, Info{MaxRequests: 1})
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for range 2000 {
					f.Observe(&downloader.Backoff{})
				}
			})
		}
		both.Wait()
		if err := f.Close(); !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "trace "+name+": no space left") {
			t.Errorf("Close: %v", err)
		}
		f.Observe(&downloader.Backoff{})
		if err := f.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
	}
}

// A file that is there is written over, and complete after Close.
func TestCreate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(name, make([]byte, 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := Create(name, Info{Title: "empty", MaxRequests: 5})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tracetest.Check(data, 5); err != nil {
		t.Error(err)
	}
}

// FuzzLanes: of what is told in the order in which it ends, no lane overlaps
// itself, and there is no lane without a use.
func FuzzLanes(f *testing.F) {
	f.Add([]byte{0, 9, 1, 3, 2, 2, 5, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var events []*entry
		zero := time.Now()
		for pair := range slices.Chunk(data, 2) {
			if len(pair) < 2 {
				break
			}
			from := zero.Add(time.Duration(pair[0]))
			events = append(events, entryOf(&downloader.Backoff{Attempt: attempt("", from, from.Add(time.Duration(pair[1])))}))
		}
		slices.SortFunc(events, func(a, b *entry) int { return a.End.Compare(b.End) })
		var l lanes
		last := map[int]*entry{}
		for _, e := range events {
			lane := l.of(e)
			if before, ok := last[lane]; ok && e.Start.Before(before.End) {
				t.Fatalf("lane %d overlaps itself", lane)
			}
			last[lane] = e
		}
		if len(l.ends[pauses]) != len(last) {
			t.Fatalf("%d lanes, %d in use", len(l.ends[pauses]), len(last))
		}
	})
}

func BenchmarkObserve(b *testing.B) {
	for _, name := range []string{"x.json", "x.html"} {
		b.Run(filepath.Ext(name)[1:], func(b *testing.B) {
			f := New(discard{}, name, Info{MaxRequests: 100})
			now := time.Now()
			e := &downloader.RequestDone{
				Attempt:   attempt("http://localhost:8000/flags/br/br.gif", now, now.Add(3*time.Millisecond)),
				Connected: now.Add(time.Millisecond), FirstByte: now.Add(2 * time.Millisecond),
				Status: 200, Hops: 1, Bytes: 4839, OpenAtStart: 1,
			}
			e.Task, e.Number = "BR", 1
			b.ReportAllocs()
			for b.Loop() {
				f.Observe(e)
			}
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
