package downloader

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A negative time-out is none: a connection, an answer and its body arrive though each
// takes an hour to begin, over both ways that a request may take.
func TestWithoutTimeout(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Hour)
		w.(http.Flusher).Flush()
		time.Sleep(time.Hour)
		io.WriteString(w, "at last")
	}
	ways := map[string]func(*driven) Options{
		"direct":    func(d *driven) Options { return Options{Dial: afterAnHour(d)} },
		"transport": func(d *driven) Options { return Options{Transport: &http.Transport{DialContext: afterAnHour(d)}} },
	}
	off := map[string]Options{"limit": {SpeedLimit: -1}, "time": {SpeedTime: -1}} // of the pace
	for name, way := range ways {
		for which, pace := range off {
			t.Run(name+", pace without "+which, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := way(inMemory(t, nil, slow, Options{}))
					o.Timeout, o.SpeedLimit, o.SpeedTime = -1, pace.SpeedLimit, pace.SpeedTime
					d := newDriven(nil, o)
					defer d.Close()
					start := time.Now()
					body, err := get(t.Context(), d, "http://host/x")
					if took := time.Since(start); err != nil || body != "at last" || took != 3*time.Hour {
						t.Errorf("%q, %v after %v; want it all after 3h", body, err, took)
					}
				})
			})
		}
	}
}

// afterAnHour makes the connections that d makes, an hour later.
func afterAnHour(d *driven) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		time.Sleep(time.Hour)
		return d.sender.options.Dial(ctx, network, address)
	}
}

// Without a time-out of the options one that comes from the system is told as it is.
func TestTimeoutOfTheSystem(t *testing.T) {
	system := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ETIMEDOUT}
	d := newDriven(nil, Options{Timeout: -1, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, system }})
	defer d.Close()
	if _, err := get(t.Context(), d, "http://host/x"); !errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("%v, want %v", err, system)
	}
}

// A body larger than the default MaxSize arrives where that is negative, whether its
// length is told or not, and a length that no body can have takes no memory.
func TestWithoutMaxSize(t *testing.T) {
	const size = 17 << 20
	body := strings.Repeat("x", size)
	handler := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/told":
			w.Header().Set("Content-Length", strconv.Itoa(size))
		case "/absurd":
			w.Header().Set("Content-Length", strconv.Itoa(math.MaxInt64))
			io.WriteString(w, "short")
			return
		}
		io.WriteString(w, body)
	}
	synctest.Test(t, func(t *testing.T) {
		d := inMemory(t, nil, handler, Options{MaxSize: -1})
		for _, path := range []string{"/told", "/untold"} {
			if got, err := get(t.Context(), d, "http://host"+path); err != nil || got != body {
				t.Errorf("%s: %d bytes, %v; want %d", path, len(got), err, size)
			}
		}
		if _, err := get(t.Context(), d, "http://host/absurd"); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a body that ends too early: %v", err)
		}
	})
}

// A negative Buffer lets any number of files wait for the disk, and a negative
// RetryMaxWait any pause be asked for.
func TestWithoutOtherLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		handler := func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				w.Header().Set("Retry-After", "86400")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			w.Write(make([]byte, 1<<20))
		}
		store := &shelf{delay: time.Hour}
		d := inMemory(t, store, handler, Options{Writers: 1, Buffer: -1, RetryMaxWait: -1, Retries: 1})
		start, fetched := time.Now(), time.Duration(0)
		tasks := func(yield func(task) bool) {
			for t := range numbered(50) {
				if !yield(t) {
					return
				}
			}
			fetched = time.Since(start)
		}
		for r := range d.Run(t.Context(), tasks) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if fetched != 24*time.Hour {
			t.Errorf("the last task began after %v, want 24h, when the pause was over", fetched)
		}
	})
}

// Without a time-out the connections of the default transports have none either: for
// package net and package http a negative one would be over at once.
func TestDialWithoutTimeout(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	d := newDriven(nil, Options{Timeout: -1})
	defer d.Close()
	var status *StatusError
	if _, err := get(t.Context(), d, server.URL); !errors.As(err, &status) {
		t.Errorf("%v, want an answer of 404", err)
	}
	if got := newHTTP(d.sender.options).TLSHandshakeTimeout; got != 0 {
		t.Errorf("handshakes have a time-out of %v, want none", got)
	}
}

// A dialler without a time-out of its own is held to the options', and negative numbers
// are as good as none.
func TestDialIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		d := newDriven(nil, Options{Timeout: time.Second, Dial: hang})
		start := time.Now()
		_, err := get(t.Context(), d, "http://host/")
		var timeout *TimeoutError
		if !errors.As(err, &timeout) || timeout.During != "connecting" || time.Since(start) != time.Second {
			t.Errorf("%v after %v, want 1s", err, time.Since(start))
		}
	})
}

func TestNegativeNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		handler := func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1); r.URL.Path == "/busy" {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
		store := &shelf{}
		d := inMemory(t, store, handler, Options{MaxInFlight: -1, Writers: -1, Retries: -1})
		if _, err := get(t.Context(), d, "http://host/busy"); err == nil || asked.Load() != 1 {
			t.Errorf("%v after %d requests", err, asked.Load())
		}
		saved := 0
		for r := range d.Run(t.Context(), numbered(3)) {
			if saved += len(r.Saved); r.Err != nil {
				t.Error(r.Err)
			}
		}
		if saved != 3 {
			t.Errorf("%d files saved, want 3", saved)
		}
	})
}

// A body that is announced to be too large is not waited for.
func TestAnnouncedTooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
		d := inMemory(t, nil, handler, Options{MaxSize: 10})
		start := time.Now()
		_, err := get(t.Context(), d, "http://host/")
		var size *SizeError
		if !errors.As(err, &size) || size.Size != 1000 || time.Since(start) > time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// The longest time-out that there is does not become a negative one.
func TestLongestTimeout(t *testing.T) {
	o := Options{Timeout: math.MaxInt64}.withDefaults()
	if handshake := newHTTP(o).TLSHandshakeTimeout; handshake <= 0 {
		t.Errorf("%v for handshakes", handshake)
	}
}
