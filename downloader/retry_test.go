package downloader

import (
	"context"
	"errors"
	"fmt"
	"getflags/downloader/internal/limit"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// failing answers the first n requests with a status, the others with "ok".
func failing(n int64, status int) (http.HandlerFunc, *atomic.Int64) {
	var requests atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= n {
			w.WriteHeader(status)
			return
		}
		io.WriteString(w, "ok")
	}, &requests
}

func TestRetries(t *testing.T) {
	tests := []struct {
		status   int
		failures int64
		options  Options
		ok       bool
		requests int64
	}{
		{503, 2, Options{Retries: 2}, true, 3},
		{503, 3, Options{Retries: 2}, false, 3},
		{503, 1, Options{}, false, 1},
		{408, 1, Options{Retries: 1}, true, 2},
		{425, 1, Options{Retries: 1}, true, 2},
		{429, 1, Options{Retries: 1}, true, 2},
		{500, 1, Options{Retries: 1}, true, 2},
		{502, 1, Options{Retries: 1}, true, 2},
		{504, 1, Options{Retries: 1}, true, 2},
		{418, 1, Options{Retries: 5}, false, 1},
		{501, 1, Options{Retries: 5}, false, 1},
		{418, 5, Options{Retries: 5, RetryAll: true}, true, 6},
		{404, 1, Options{Retries: 5, RetryAll: true}, false, 1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status, tt.failures, tt.options.Retries), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler, requests := failing(tt.failures, tt.status)
				d := inMemory(t, &shelf{}, handler, tt.options)
				body, sent, err := getCounted(t.Context(), d, "http://host/x")
				if int64(sent) != tt.requests {
					t.Errorf("says %d attempts, want %d", sent, tt.requests)
				}
				if tt.ok != (err == nil) || tt.ok && body != "ok" {
					t.Errorf("got %q, %v", body, err)
				}
				var status *StatusError
				if !tt.ok && (!errors.As(err, &status) || status.Code != tt.status) {
					t.Errorf("error %v, want status %d", err, tt.status)
				}
				if requests.Load() != tt.requests {
					t.Errorf("%d requests, want %d", requests.Load(), tt.requests)
				}
			})
		})
	}
}

// What the network does to a request may pass; what an answer holds will not.
func TestWhatIsRetried(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		check   Check
		want    int64
	}{
		{"cut short", cutShort, nil, 3},
		{"silent", func(w http.ResponseWriter, r *http.Request) { idle(r, time.Hour) }, nil, 3},
		{"connection lost", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil, 3},
		{"too large", announceHuge, nil, 1},
		{"not what was wanted", func(http.ResponseWriter, *http.Request) {},
			func(*Response) error { return errors.New("wrong") }, 1},
		{"redirected in a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/", http.StatusFound)
		}, nil, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int64
				counted := func(w http.ResponseWriter, r *http.Request) {
					requests.Add(1)
					tt.handler(w, r)
				}
				d := inMemory(t, &shelf{}, counted, Options{Retries: 2})
				var checks []Check
				if tt.check != nil {
					checks = append(checks, tt.check)
				}
				if _, err := get(t.Context(), d, "http://host/x", checks...); err == nil {
					t.Error("no error")
				}
				if requests.Load() != tt.want {
					t.Errorf("%d requests, want %d", requests.Load(), tt.want)
				}
			})
		})
	}
}

// No place under the cap is held while a request waits for its next attempt.
func TestRetryHoldsNoPlace(t *testing.T) {
	for _, inline := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			handler := func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Millisecond)
				if r.URL.Path == "/0" {
					w.WriteHeader(503)
				}
			}
			d := inMemory(t, &shelf{}, handler, Options{MaxInFlight: 1, Retries: 20, Inline: inline})
			start := time.Now()
			var order []string
			for r := range d.Run(t.Context(), numbered(50)) {
				order = append(order, r.ID)
			}
			if len(order) != 50 || order[49] != "0" {
				t.Errorf("order %v, want the failing task last", order)
			}
			if time.Since(start) < time.Second {
				t.Errorf("all attempts within %v", time.Since(start))
			}
		})
	}
}

func TestRetryMaxTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler, requests := failing(1<<40, 500)
		d := inMemory(t, &shelf{}, handler, Options{Retries: 1000, RetryMaxTime: time.Minute})
		start := time.Now()
		if _, err := get(t.Context(), d, "http://host/x"); err == nil {
			t.Error("no error")
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("gave up after %v", took)
		}
		if requests.Load() < 3 {
			t.Errorf("only %d requests in a minute", requests.Load())
		}
	})
}

// The rate holds at any cap, from the first request on and without bursts.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var last time.Time
		handler := func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			if gap := time.Since(last); gap < 99*time.Millisecond {
				t.Errorf("a request %v after the one before", gap)
			}
			last = time.Now()
			mu.Unlock()
			if r.URL.Path == "/50" {
				time.Sleep(2 * time.Second) // no reason to catch up afterwards
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{MaxInFlight: 20, Rate: 10})
		start := time.Now()
		for range d.Run(t.Context(), numbered(101)) {
		}
		if took := time.Since(start); took < 10*time.Second || took > 12*time.Second {
			t.Errorf("101 requests at 10 a second took %v", took)
		}
	})
}

// Once the disk is full nothing is fetched that could not be kept.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		full := storeFunc(func(files []File) error {
			return &FileError{Name: files[0].Name, Err: syscall.ENOSPC}
		})
		d := inMemory(t, full, g.ServeHTTP, Options{MaxInFlight: 5})
		failed := 0
		for r := range d.Run(t.Context(), numbered(1000)) {
			var file *FileError
			if !errors.As(r.Err, &file) {
				t.Errorf("task %s: %v, want an error that names the file", r.ID, r.Err)
			}
			failed++
		}
		if n := g.requests.Load(); n > 10 || failed < 5 {
			t.Errorf("%d requests, %d tasks failed; want no more than two rounds of 5", n, failed)
		}
	})
}

type storeFunc func([]File) error

func (f storeFunc) Put(_ context.Context, files []File) error { return f(files) }

// An error that is final ends the attempts, whichever attempt has it.
func TestFinalErrorEndsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		handler := func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.WriteHeader(http.StatusNotFound)
		}
		d := inMemory(t, nil, handler, Options{Retries: 5})
		if _, err := get(t.Context(), d, "http://host/"); err == nil || !strings.HasSuffix(err.Error(), "404 Not Found") || asked != 2 {
			t.Errorf("%v, after %d attempts", err, asked)
		}
	})
}

// An attempt that ends just when no other may begin is the last.
func TestRetryMaxTimeToTheMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		handler := func(w http.ResponseWriter, _ *http.Request) {
			asked++
			time.Sleep(time.Second)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		d := inMemory(t, nil, handler, Options{Retries: 5, RetryMaxTime: time.Second})
		if _, err := get(t.Context(), d, "http://host/"); err == nil || asked != 1 {
			t.Errorf("%v, after %d attempts", err, asked)
		}
	})
}

// Waits between attempts are drawn from 0 up to their bounds.
func TestBackoffBounds(t *testing.T) {
	longest := func(step int) (most time.Duration) {
		for range 1000 {
			b := fullJitter()
			var wait time.Duration
			for range step {
				wait = b.NextBackOff()
			}
			most = max(most, wait)
		}
		return most
	}
	for step, bound := range map[int]time.Duration{1: limit.FirstWait, 2: 2 * limit.FirstWait, 20: limit.MaxWait} {
		if most := longest(step); most > bound || most < bound*9/10 {
			t.Errorf("wait %d is at most %v, want %v", step, most, bound)
		}
	}
}
