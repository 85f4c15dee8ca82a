//go:build unix

package downloader

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"getflags/internal/replytest"
)

// rude is a server that answers, and now and then says more than it was asked:
// whole answers to nobody, parts of some, rubbish, an end, up to 20 ms later.
type rude struct {
	net.Listener
	seed    uint64
	serving sync.WaitGroup
}

func newRude(t *testing.T, seed uint64) *rude {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err) // and not Fatal: several are made at once
		return nil
	}
	s := &rude{Listener: l, seed: seed}
	s.serving.Go(s.accept)
	return s
}

func (s *rude) close() {
	s.Listener.Close()
	s.serving.Wait()
}

func (s *rude) accept() {
	for n := uint64(0); ; n++ {
		c, err := s.Accept()
		if err != nil {
			return
		}
		s.serving.Go(func() { s.serve(c, rand.New(rand.NewPCG(s.seed, n))) })
	}
}

// serve answers requests on a connection. What it says unasked comes from
// another goroutine, whatever is going on meanwhile.
func (s *rude) serve(c net.Conn, r *rand.Rand) {
	defer c.Close()
	var stray sync.WaitGroup
	defer stray.Wait()
	for requests := bufio.NewReader(c); ; {
		req, err := http.ReadRequest(requests)
		if err != nil {
			return
		}
		forms := replytest.Forms()
		if _, err := c.Write(forms[r.IntN(len(forms))].Reply(bodyFor(req.URL.Path))); err != nil {
			return
		}
		if r.IntN(3) > 0 {
			continue
		}
		// Gaps of 0 to 20 ms, most of them short: there requests follow.
		gap := time.Duration(r.Float64() * r.Float64() * r.Float64() * float64(20*time.Millisecond))
		text := s.stray(r)
		stray.Go(func() {
			time.Sleep(gap) // what the server does at that moment is the test
			c.Write(text)
		})
	}
}

// stray is something that nobody asked for.
func (s *rude) stray(r *rand.Rand) []byte {
	forms := replytest.Forms()
	whole := forms[r.IntN(len(forms))].Reply([]byte("a stray that nobody asked for"))
	switch r.IntN(4) {
	case 0:
		return replytest.Mutate(r, whole)
	case 1:
		return []byte("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	}
	return whole
}

// dial connects to the server with a connection that knows how it is looked at.
func (s *rude) dial(counts *tally) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", s.Addr().String())
		if err != nil {
			return nil, err
		}
		return &looked{TCPConn: c.(*net.TCPConn), counts: counts}, nil
	}
}

// tally counts what became of requests.
type tally struct {
	sent    atomic.Int64
	blindly atomic.Int64 // sent without a look, or though there was something to see
	crossed atomic.Int64 // answered by what the server said after the request was sent
	failed  atomic.Int64
}

// looked is a connection that counts the requests that are sent on it though
// something had come before it was looked at, or that was not done.
type looked struct {
	*net.TCPConn
	counts *tally
	clear  bool // looked at since the last request, and nothing was there
}

func (l *looked) SyscallConn() (syscall.RawConn, error) {
	raw, err := l.TCPConn.SyscallConn()
	return lookedRaw{raw, l}, err
}

type lookedRaw struct {
	syscall.RawConn
	of *looked
}

func (r lookedRaw) Read(look func(fd uintptr) bool) error {
	r.of.clear = !hasCome(r.of.TCPConn)
	return r.RawConn.Read(look)
}

func (l *looked) Write(p []byte) (int, error) {
	l.counts.sent.Add(1)
	if !l.clear {
		l.counts.blindly.Add(1)
	}
	l.clear = false
	return l.TCPConn.Write(p)
}

// hasCome reports whether there is something to be read.
func hasCome(c *net.TCPConn) (something bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	raw.Read(func(fd uintptr) bool {
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		something = err == nil && n > 0
		return true
	})
	return something
}

// After any sequence of replies no request is given what came before it was
// sent. What comes after that, but before the server has read it, is beyond
// anybody's knowledge, and only counted.
func TestNothingIsAnsweredBeforeItIsAsked(t *testing.T) {
	const seed, each = 7, 5
	var counts tally
	sequences := make(chan uint64)
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() {
			for n := range sequences {
				askRude(t, n, each, &counts)
			}
		})
	}
	for n := range uint64(atMost(t, 10000, 1000, 100)) {
		sequences <- seed<<32 + n
	}
	close(sequences)
	asking.Wait()
	t.Logf("%d requests, %d failed, %d crossed what the server said unasked", counts.sent.Load(), counts.failed.Load(), counts.crossed.Load())
	if n := counts.blindly.Load(); n > 0 {
		t.Errorf("%d requests were sent when something was there already, or without a look", n)
	}
}

// askRude makes requests of a server, some of them at once, and some after a
// moment, through one connection or through many.
func askRude(t *testing.T, seed uint64, n int, counts *tally) {
	s := newRude(t, seed)
	if s == nil {
		return
	}
	defer s.close()
	d := dialling(t, s.dial(counts), Options{MaxInFlight: []int{1, 4}[seed%2], Timeout: time.Minute})
	defer d.Close()
	tasks := func(yield func(task) bool) {
		for i := range n {
			if !yield(askOne(fmt.Sprintf("/%d", i), time.Duration(i%4)*time.Millisecond, counts)) {
				return
			}
		}
	}
	for range d.Run(t.Context(), tasks) {
	}
}

func askOne(path string, after time.Duration, counts *tally) task {
	return task{ID: path, Fetch: fetching(func(ctx context.Context, c *Client) ([]File, error) {
		time.Sleep(after) // so that some connections have rested
		resp, err := c.Get(ctx, "http://host"+path)
		switch {
		case err != nil:
			counts.failed.Add(1)
		case string(resp.Body) != string(bodyFor(path)):
			counts.crossed.Add(1)
		}
		return nil, err
	})}
}

// What a server says on a new connection, before it is asked, is no answer.
func TestAnswerBeforeTheFirstRequest(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if c, err := l.Accept(); err == nil {
			c.Write(replytest.Forms()[0].Reply([]byte("said at once")))
			bufio.NewReader(c).ReadByte() // until the client has read, or gone
			c.Close()
		}
	})
	d := dialling(t, func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
		for err == nil && !hasCome(c.(*net.TCPConn)) {
			time.Sleep(time.Millisecond) // until it is there
		}
		return c, err
	}, Options{})
	if body, err := take(t.Context(), d, "/x"); err == nil || !strings.Contains(err.Error(), "before it was asked") {
		t.Errorf("%q, %v", body, err)
	}
	l.Close()
	serving.Wait()
}

// Package http's transport, which carries what is not plain HTTP, hangs up by
// itself when something comes that nobody asked for.
func TestOthersHangUpWhenNotAsked(t *testing.T) {
	log.SetOutput(io.Discard) // it tells of that there
	defer log.SetOutput(os.Stderr)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	hungUp := make(chan error)
	serving.Go(func() {
		for range 2 {
			c, err := l.Accept()
			if err != nil {
				return
			}
			requests := bufio.NewReader(c)
			req, err := http.ReadRequest(requests)
			if err != nil {
				return
			}
			sized := replytest.Forms()[0]
			c.Write(sized.Reply(bodyFor(req.URL.Path)))
			<-hungUp // the client has read that
			c.Write(sized.Reply([]byte("said unasked")))
			_, err = requests.ReadByte()
			c.Close()
			hungUp <- err
		}
	})
	d := newDriven(&shelf{}, Options{Transport: &http.Transport{}})
	for _, path := range []string{"/1", "/2"} {
		if body, err := ask(t.Context(), d, "http://"+l.Addr().String()+path, nil); err != nil || string(body.Body) != string(bodyFor(path)) {
			t.Fatalf("%s: %v, %v", path, body, err)
		}
		hungUp <- nil
		if err := <-hungUp; err == nil {
			t.Error("the connection is used again")
		}
	}
	d.Close()
	l.Close()
	serving.Wait()
}
