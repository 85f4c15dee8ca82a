package downloader

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"getflags/internal/pipes"
)

// inMemory returns a Downloader whose requests, to whatever host, h answers.
func inMemory(t *testing.T, store Store, h http.HandlerFunc, o Options) *driven {
	p := pipes.New()
	server := &http.Server{Handler: h}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(p) })
	o.Dial = p.Dial
	d := newDriven(store, o)
	t.Cleanup(func() {
		d.Close()
		server.Close()
		serving.Wait()
	})
	return d
}

// gauge is a handler that answers after a delay and knows how many requests
// it has seen, and had at once.
type gauge struct {
	delay               time.Duration
	requests, now, most atomic.Int64
}

func (g *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.requests.Add(1)
	now := g.now.Add(1)
	defer g.now.Add(-1)
	for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
	}
	select {
	case <-time.After(g.delay):
		fmt.Fprint(w, r.URL.Path)
	case <-r.Context().Done():
	}
}

// shelf is a store in memory whose every Put takes a while.
type shelf struct {
	delay time.Duration
	mu    sync.Mutex
	files map[string]string
}

func (s *shelf) Put(_ context.Context, files []File) error {
	time.Sleep(s.delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]string{}
	}
	for _, f := range files {
		s.files[f.Name] = string(f.Data)
	}
	return nil
}

// numbered yields n tasks of one request and one file each.
func numbered(n int) iter.Seq[task] {
	return func(yield func(task) bool) {
		for i := range n {
			name := fmt.Sprint(i)
			if !yield(task{ID: name, Fetch: fetchOne("http://host/"+name, name)}) {
				return
			}
		}
	}
}

func fetchOne(url, name string) func(context.Context, *Client) (struct{}, []File, error) {
	return fetching(func(ctx context.Context, c *Client) ([]File, error) {
		resp, err := c.Get(ctx, url)
		if err != nil {
			return nil, err
		}
		return []File{resp.File(name)}, nil
	})
}

// twice yields n tasks of two requests at once and one file of both bodies.
func twice(n int) iter.Seq[task] {
	return func(yield func(task) bool) {
		for i := range n {
			name := fmt.Sprint(i)
			if !yield(task{ID: name, Fetch: fetchTwo(name)}) {
				return
			}
		}
	}
}

func fetchTwo(name string) func(context.Context, *Client) (struct{}, []File, error) {
	return fetching(func(ctx context.Context, c *Client) ([]File, error) {
		replies := c.GetAll(ctx, Request{URL: "http://host/" + name + "/0"}, Request{URL: "http://host/" + name + "/1"})
		for _, r := range replies {
			if r.Err != nil {
				return nil, r.Err
			}
		}
		return []File{{Name: name, Data: append(replies[0].Response.Body, replies[1].Response.Body...)}}, nil
	})
}
