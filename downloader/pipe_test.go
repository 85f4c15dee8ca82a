package downloader

import (
	"context"
	"fmt"
	"iter"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// pipes is a network in memory, on which tests run in virtual time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return quiet{client}, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// quiet is a connection to a server that says nothing before it is asked, which
// a pipe cannot tell.
type quiet struct{ net.Conn }

func (quiet) Quiet() bool { return true }

// inMemory returns a Downloader whose requests, to whatever host, h answers.
func inMemory(t *testing.T, store Store, h http.HandlerFunc, o Options) *driven {
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(p) })
	o.Dial = p.dial
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
