package downloader

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// dripping answers with n bytes, and rests before each.
func dripping(n int, rest time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for range n {
			w.(http.Flusher).Flush()
			idle(r, rest)
			if r.Context().Err() != nil {
				panic(http.ErrAbortHandler) // to return would be to say that it is whole
			}
			io.WriteString(w, "x")
		}
	}
}

// A body that comes byte by byte, each in time, ends as one that is too slow,
// by whatever way it comes, and the next attempt takes another connection.
func TestSpeedLimit(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, n, base := behindNAT(t, p, Options{Timeout: time.Second, Retries: 1}, dripping(1e6, 800*time.Millisecond))
				start := time.Now()
				_, attempts, err := getCounted(t.Context(), d, base)
				took := time.Since(start)
				var slow *SpeedError
				if !errors.As(err, &slow) || attempts != 2 || took < 2*time.Minute || took > 2*time.Minute+5*time.Second {
					t.Fatalf("%v after %v and %d attempts", err, took, attempts)
				}
				if want := base + ": too slow: 1.2 bytes per second for 1m0s, less than the 10 wanted"; err.Error() != want {
					t.Errorf("%q, want %q", err, want)
				}
				if n.dials() != 2 {
					t.Errorf("%d connections, want another for each attempt", n.dials())
				}
			})
		})
	}
}

// Bodies that nobody needs hold nobody up for longer.
func TestSpeedLimitOfOtherAnswers(t *testing.T) {
	for code, most := range map[int]time.Duration{
		http.StatusNotFound: 61 * time.Second,
		http.StatusFound:    (maxRedirects + 1) * 61 * time.Second,
	} {
		for _, p := range protocols() {
			t.Run(http.StatusText(code)+" "+p.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					drip := dripping(1e6, 800*time.Millisecond)
					d, _, base := behindNAT(t, p, Options{Timeout: time.Second}, func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("Location", "/there")
						w.WriteHeader(code)
						drip(w, r)
					})
					start := time.Now()
					_, err := get(t.Context(), d, base)
					var status *StatusError
					var redirect *RedirectError
					if took := time.Since(start); took > most || !errors.As(err, &status) && !errors.As(err, &redirect) {
						t.Errorf("%v after %v", err, took)
					}
				})
			})
		}
	}
}

// What is as fast as it has to be goes on for as long as it takes.
func TestSpeedLimitIsMet(t *testing.T) {
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		o       Options
	}{
		"byte by byte":     {dripping(3000, 90*time.Millisecond), Options{}},
		"off":              {dripping(300, time.Second), Options{SpeedLimit: -1}},
		"a short body":     {dripping(5, 3*time.Second), Options{}},
		"one long silence": {dripping(1, 70*time.Second), Options{Timeout: 80 * time.Second}},
		"in bursts": {func(w http.ResponseWriter, r *http.Request) {
			for range 30 {
				io.WriteString(w, strings.Repeat("x", 600))
				w.(http.Flusher).Flush()
				idle(r, 55*time.Second)
			}
		}, Options{Timeout: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := inMemory(t, &shelf{}, tt.handler, tt.o)
				if body, err := get(t.Context(), d, "http://host/"); err != nil || strings.Trim(body, "x") != "" || body == "" {
					t.Errorf("%.10q, %v", body, err)
				}
			})
		})
	}
}

// The time in which nobody reads a body is not the server's.
func TestOwnTimeIsNotSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := inMemory(t, &shelf{}, dripping(20, 50*time.Millisecond), Options{})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://host/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := d.sender.others.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		got, buf := 0, make([]byte, 1)
		for {
			n, err := resp.Body.Read(buf)
			if got += n; err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Second)
		}
		if got != 20 {
			t.Errorf("%d bytes", got)
		}
	})
}
