package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"getflags/internal/pipes"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type client struct {
	net.Conn
	in *bufio.Reader
}

// ask sends a request and reads the head of the answer.
func (c *client) ask(t *testing.T, target string) *http.Response {
	t.Helper()
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (c *client) closed(t *testing.T) {
	t.Helper()
	if n, err := io.Copy(io.Discard, c.in); n > 0 || err != nil {
		t.Errorf("read %d bytes, error %v, want the end", n, err)
	}
}

type running struct {
	*pipes.Listener
	stop context.CancelFunc
	done chan error
}

// dial is a new client.
func (r *running) dial() *client {
	c, err := r.Dial(context.Background(), "", "")
	if err != nil {
		panic(err) // the listener is closed only when all have been accepted
	}
	return &client{c, bufio.NewReader(c)}
}

// bubble runs f with a server under fake time.
func bubble(t *testing.T, limits Limits, f func(t *testing.T, r *running)) {
	index() // outside of the bubble: it is for all tests
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		r := &running{pipes.New(), stop, make(chan error, 1)}
		server := &Server{index(), log.New(t.Output(), "", 0), limits}
		go func() { r.done <- server.Serve(ctx, r.Listener) }()
		f(t, r)
		stop()
	})
}

func TestStopLetsAnswersArrive(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		want := get("GET", "/search?q=cjk").Body.String()
		reading, idle, fresh := r.dial(), r.dial(), r.dial()
		io.Copy(io.Discard, idle.ask(t, "/search?q=cat").Body)
		answer := reading.ask(t, "/search?q=cjk")
		synctest.Wait()
		began := time.Now()
		r.stop()
		idle.closed(t)
		fresh.closed(t)
		time.Sleep(time.Second)
		body, err := io.ReadAll(answer.Body)
		if err != nil || string(body) != want {
			t.Errorf("read %d bytes of %d, error %v", len(body), len(want), err)
		}
		if err := <-r.done; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("stopped after %v, want a second and a little", d)
		}
	})
}

func TestStopCutsOffWhoNeverReads(t *testing.T) {
	limits := DefaultLimits()
	limits.Write = time.Hour
	bubble(t, limits, func(t *testing.T, r *running) {
		r.dial().ask(t, "/search?q=cjk")
		began := time.Now()
		r.stop()
		if err := <-r.done; err == nil || !strings.Contains(err.Error(), "cut off answers") {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(began); d != limits.Grace {
			t.Errorf("stopped after %v, want %v", d, limits.Grace)
		}
	})
}

func TestLimitsOfTime(t *testing.T) {
	limits := DefaultLimits()
	for name, tt := range map[string]struct {
		do   func(t *testing.T, c *client)
		want time.Duration
	}{
		"never reads": {func(t *testing.T, c *client) { c.ask(t, "/search?q=cjk") }, limits.Write},
		"never asks":  {func(*testing.T, *client) {}, limits.Read},
		"asks slowly": {func(_ *testing.T, c *client) { io.WriteString(c, "GET / HT") }, limits.Read},
		"idle":        {func(t *testing.T, c *client) { io.Copy(io.Discard, c.ask(t, "/search?q=cat").Body) }, limits.Idle},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, limits, func(t *testing.T, r *running) {
				c, began := r.dial(), time.Now()
				tt.do(t, c)
				time.Sleep(tt.want - time.Millisecond)
				c.SetWriteDeadline(time.Now())
				if _, err := c.Write([]byte("x")); errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("closed before %v", tt.want)
				}
				time.Sleep(2 * time.Millisecond)
				synctest.Wait()
				io.Copy(io.Discard, c.in) // ends, since the server has closed
				if d := time.Since(began); d > tt.want+time.Second {
					t.Errorf("closed after %v, want %v", d, tt.want)
				}
				r.stop()
				if err := <-r.done; err != nil {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

func TestSlowReaderGetsAll(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		want := get("GET", "/search?q=latin").Body.Len()
		c, began, read := r.dial(), time.Now(), 0
		body := c.ask(t, "/search?q=latin").Body
		for part := make([]byte, 4<<10); ; {
			n, err := body.Read(part)
			read += n
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("after %d bytes of %d: %v", read, want, err)
			}
			time.Sleep(time.Second)
		}
		if d := time.Since(began); read != want || d < 2*DefaultLimits().Write {
			t.Errorf("read %d bytes of %d in %v", read, want, d)
		}
		c.Close()
		r.stop()
		<-r.done
	})
}

func TestClientsBeyondTheCapWait(t *testing.T) {
	limits := DefaultLimits()
	limits.Clients = 1
	bubble(t, limits, func(t *testing.T, r *running) {
		first := r.dial()
		first.ask(t, "/search?q=")
		second := make(chan *client)
		go func() { second <- r.dial() }()
		synctest.Wait()
		select {
		case <-second:
			t.Error("two clients at once")
		default:
		}
		first.Close()
		c := <-second
		if answer := c.ask(t, "/search?q="); answer.StatusCode != 200 {
			t.Errorf("status %d", answer.StatusCode)
		}
		r.stop()
		if err := <-r.done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestBrokenListener(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		r.Close()
		if err := <-r.done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v, want %v", err, net.ErrClosed)
		}
	})
}
