package downloader

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// One host's pause is not another's, and a pause has a limit.
func TestPausePerHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Bool
		handler := func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "busy:80" && !asked.Swap(true) {
				w.Header().Set("Retry-After", "86400")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{Retries: 1, RetryMaxWait: 10 * time.Second})
		tasks := func(yield func(task) bool) {
			_ = yield(task{ID: "busy", Fetch: fetchOne("http://busy:80/", "a")}) &&
				yield(task{ID: "idle", Fetch: fetchOne("http://idle:80/", "b")})
		}
		start := time.Now()
		took := map[string]time.Duration{}
		for r := range d.Run(t.Context(), tasks) {
			if r.Err != nil {
				t.Error(r.Err)
			}
			took[r.ID] = time.Since(start)
		}
		if took["idle"] != 0 || took["busy"] != 10*time.Second {
			t.Errorf("took %v; want idle at once, busy after 10s", took)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for field, want := range map[string]time.Duration{
		"0": 0, " 120 ": 2 * time.Minute,
		"Sun, 01 Mar 2026 12:00:30 GMT":  30 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT":  0,
		"Sunday, 01-Mar-26 12:00:30 GMT": 30 * time.Second,
		"99999999999999999999":           1<<63 - 1,
		"9223372036":                     9223372036 * time.Second,
		"9223372037":                     1<<63 - 1,
	} {
		if got, ok := retryAfter(field, now); !ok || got != want {
			t.Errorf("retryAfter(%q) = %v, %v; want %v", field, got, ok, want)
		}
	}
	for _, field := range []string{"", "-1", "1.5", "soon", "1 2", "0x10"} {
		if got, ok := retryAfter(field, now); ok {
			t.Errorf("retryAfter(%q) = %v, want nothing", field, got)
		}
	}
}

// FuzzRetryAfter: whatever a server sends, the wait is not negative.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "1", "-1", "99999999999999999999", "Sun, 01 Mar 2026 12:00:30 GMT", "Mon, 99 Foo"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		wait, ok := retryAfter(field, time.Unix(1e9, 0))
		if wait < 0 || !ok && wait != 0 {
			t.Errorf("retryAfter(%q) = %v, %v", field, wait, ok)
		}
	})
}

// A pause of no time is none.
func TestNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		d := inMemory(t, nil, handler, Options{OnPause: func(p Pause) { t.Errorf("told of %+v", p) }})
		get(t.Context(), d, "http://host/")
	})
}

// While a request waits for a host's pause, those to others go on, with one slot too.
func TestOthersGoOnDuringAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pausing := true
		handler := func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "free":
				time.Sleep(time.Second)
			case pausing:
				pausing = false
				w.Header().Set("Retry-After", "10")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			io.WriteString(w, "ok")
		}
		d := inMemory(t, &shelf{}, handler, Options{MaxInFlight: 1, Retries: 3})
		tasks := func(yield func(task) bool) {
			for i := range 20 {
				host := "free"
				if i == 0 {
					host = "busy"
				}
				name := fmt.Sprint(i)
				if !yield(task{ID: host, Fetch: fetchOne("http://"+host+"/"+name, name)}) {
					return
				}
			}
		}
		start, meanwhile := time.Now(), 0
		for r := range d.Run(t.Context(), tasks) {
			took := time.Since(start)
			if r.Err != nil || r.ID == "busy" && took < 10*time.Second {
				t.Errorf("%s after %v: %v", r.ID, took, r.Err)
			}
			if took < 10*time.Second {
				meanwhile++
			}
		}
		if meanwhile < 8 {
			t.Errorf("%d requests to the other host during the pause, want one a second", meanwhile)
		}
	})
}
