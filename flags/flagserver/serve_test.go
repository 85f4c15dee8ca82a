package flagserver

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serveOn starts Serve, and returns how to end it and what it returned.
func serveOn(h http.Handler, listeners ...net.Listener) (end func(), result <-chan error) {
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, h, listeners...) }()
	return end, done
}

// Idle and unused connections hold nothing up.
func TestServeEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		end, result := serveOn(newHandler(t, Set(), Local()), l)
		client := l.client()
		fetch(t, client, "http://x"+brazil)
		unused, err := client.Transport.(*http.Transport).DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		began := time.Now()
		end()
		if err := <-result; err != nil || time.Since(began) > 5*time.Millisecond {
			t.Errorf("Serve: %v after %v", err, time.Since(began))
		}
		if _, err := unused.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the unused connection: %v, want its end", err)
		}
		client.CloseIdleConnections()
	})
}

// Answers under way get a second; those that take longer are cut off.
func TestServeGrace(t *testing.T) {
	for delay, wantOK := range map[time.Duration]bool{900 * time.Millisecond: true, time.Hour: false} {
		synctest.Test(t, func(t *testing.T) {
			l := newPipeListener()
			h := newHandler(t, Set(), Behaviour{MinDelay: delay, MaxDelay: delay})
			end, result := serveOn(h, l)
			client := l.client()
			answered := make(chan error)
			go func() {
				r, err := client.Get("http://x" + brazil)
				if err == nil {
					_, err = io.Copy(io.Discard, r.Body)
				}
				answered <- err
			}()
			synctest.Wait()
			began := time.Now()
			end()
			if err := <-answered; (err == nil) != wantOK {
				t.Errorf("delay %v: %v", delay, err)
			}
			if err := <-result; err != nil || time.Since(began) > 2*time.Second {
				t.Errorf("Serve: %v after %v", err, time.Since(began))
			}
			if s := h.Stats(); s.InFlight != 0 {
				t.Errorf("%+v", s)
			}
			client.CloseIdleConnections()
		})
	}
}

func TestServeBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := newPipeListener()
	if err := Serve(ctx, newHandler(t, Set(), Local()), l); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener: %v, want it closed", err)
	}
}

type brokenListener struct {
	net.Listener
	err error
}

func (l brokenListener) Accept() (net.Conn, error) { return nil, l.err }

func TestServeFailingListener(t *testing.T) {
	broken := errors.New("broken")
	good := newPipeListener()
	_, result := serveOn(newHandler(t, Set(), Local()), good, brokenListener{newPipeListener(), broken})
	if err := <-result; !errors.Is(err, broken) {
		t.Errorf("Serve: %v, want %v", err, broken)
	}
	if _, err := good.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the other listener: %v, want it closed", err)
	}
}

// Each of these clients wants something for ever, and gets an end.
func TestServeTimeouts(t *testing.T) {
	tests := []struct {
		name, sends string
		limit       time.Duration
	}{
		{"nothing sent", "", headerTimeout},
		{"half a header", "GET / HTTP/1.1\r\nHost:", headerTimeout},
		{"nothing read", "GET " + brazil + " HTTP/1.1\r\nHost: x\r\n\r\n", stuckTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				serveUntilEnd(t, newHandler(t, Set(), Local()), l)
				c, err := l.client().Transport.(*http.Transport).DialContext(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if _, err := io.WriteString(c, tt.sends); err != nil {
					t.Fatal(err)
				}
				time.Sleep(tt.limit + time.Second)
				if _, err := c.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("after %v: %v, want the connection closed", tt.limit, err)
				}
			})
		})
	}
}

func TestServeIdleTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		serveUntilEnd(t, newHandler(t, Set(), Local()), l)
		c, err := l.client().Transport.(*http.Transport).DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for range 2 { // used again after most of the time
			io.WriteString(c, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
			if n, err := c.Read(make([]byte, 4096)); n == 0 || err != nil {
				t.Fatal(n, err)
			}
			time.Sleep(idleTimeout - time.Second)
		}
		time.Sleep(2 * time.Second)
		if n, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("%d, %v; want the end", n, err)
		}
	})
}

func TestServeHeaderLimit(t *testing.T) {
	c := dial(t, start(t, newHandler(t, Set(), Local())))
	r, err := c.do(t, "GET", "/"+strings.Repeat("x", 2*maxHeader))
	if err != nil || r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%v, %v; want 431", r, err)
	}
}

// A connection serves many requests, whatever their answers.
func TestKeepAlive(t *testing.T) {
	c := dial(t, start(t, newHandler(t, Set(), Behaviour{Faults: Faults{{"418", .5}}})))
	for range 20 {
		for _, target := range []string{brazil, "/nowhere", "/-/stats"} {
			r, err := c.do(t, "GET", target)
			if err != nil {
				t.Fatal(err)
			}
			body(t, r)
		}
	}
}

// With localhost, both addresses lead to the same server.
func TestServeBothFamilies(t *testing.T) {
	listeners, err := Listen("localhost", 0)
	if err != nil {
		t.Fatal(err)
	}
	h := newHandler(t, Set(), Local())
	end, result := serveOn(h, listeners...)
	for _, l := range listeners {
		r, err := dial(t, l.Addr().String()).do(t, "GET", brazil)
		if err != nil || r.StatusCode != 200 {
			t.Errorf("%v: %v, %v", l.Addr(), r, err)
			continue
		}
		body(t, r)
	}
	if s := h.Stats(); s.Requests != int64(len(listeners)) {
		t.Errorf("%+v, want %d requests", s, len(listeners))
	}
	end()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// A file larger than any socket's buffer is in flight until it is read.
func TestLargeFile(t *testing.T) {
	dir, err := OpenDir(largeDir(t))
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	h := newHandler(t, dir, Local())
	c := dial(t, start(t, h))
	r, err := c.do(t, "GET", "/flags/large.bin")
	if err != nil {
		t.Fatal(err)
	}
	if s := h.Stats(); s.InFlight != 1 || s.Bytes >= largeSize {
		t.Errorf("before the body is read: %+v", s)
	}
	if n, err := io.Copy(io.Discard, r.Body); n != largeSize || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if s := h.Stats(); s.InFlight != 0 || s.Bytes != largeSize {
		t.Errorf("after: %+v", s)
	}
}

const largeSize = 64 << 20

func largeDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	name := dir + "/large.bin"
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, largeSize); err != nil {
		t.Fatal(err)
	}
	return dir
}
