package flagserver

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The cap of a client as seen from the server, over connections in virtual
// time: exactly what the client keeps to, never one more.
func TestMaxInFlightIsExact(t *testing.T) {
	for _, m := range []int{1, 7, 100} {
		synctest.Test(t, func(t *testing.T) {
			h := newHandler(t, Set(), Delay())
			l := newPipeListener()
			serveUntilEnd(t, h, l)
			client := l.client()
			slots := make(chan bool, m)
			var wg sync.WaitGroup
			for _, code := range countries(t) {
				cc := strings.ToLower(code)
				slots <- true
				wg.Go(func() {
					fetch(t, client, "http://x/flags/"+cc+"/"+cc+".gif")
					<-slots
				})
			}
			wg.Wait()
			if s := h.Stats(); s.MaxInFlight != int64(m) || s.InFlight != 0 || s.Requests != 194 || s.Bytes != 905_709 {
				t.Errorf("m = %d: %+v", m, s)
			}
			client.CloseIdleConnections()
		})
	}
}

func fetch(t *testing.T, client *http.Client, url string) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != 200 {
		t.Errorf("%s: status %d, %v", url, r.StatusCode, err)
	}
}

// A client that loses its patience and asks for something else has still one
// request open, not two.
func TestClientsThatGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, Set(), Behaviour{MinDelay: time.Hour, MaxDelay: time.Hour})
		l := newPipeListener()
		serveUntilEnd(t, h, l)
		client := l.client()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				for range 20 {
					giveUp(t, client, time.Second)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		want := Stats{Requests: 100, MaxInFlight: 5}
		if diff := cmp.Diff(want, h.Stats()); diff != "" {
			t.Error(diff)
		}
	})
}

func giveUp(t *testing.T, client *http.Client, after time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", "http://x"+brazil, nil)
	if err != nil {
		t.Error(err)
		return
	}
	if answer, err := client.Do(r); err == nil {
		answer.Body.Close()
		t.Error("an answer came before its time")
	}
}

// What a server hears late must not show in the maximum, what was true must.
func TestPeaks(t *testing.T) {
	const late = settleTime - 1
	tests := []struct {
		name string
		do   func(c *counter)
		want int64
	}{
		{"three at a time", func(c *counter) { c.enter(); c.enter(); c.enter() }, 3},
		{"the first had been given up", func(c *counter) {
			first := c.enter()
			c.enter()
			time.Sleep(late)
			c.abandon(first)
		}, 1},
		{"the first was given up later", func(c *counter) {
			first := c.enter()
			c.enter()
			time.Sleep(settleTime)
			c.abandon(first)
		}, 2},
		{"the first was answered", func(c *counter) {
			c.enter()
			c.enter()
			c.leave()
		}, 2},
		{"the second was given up itself", func(c *counter) {
			c.enter()
			c.abandon(c.enter())
		}, 2},
		{"two of three had been given up, then one more came", func(c *counter) {
			first, second := c.enter(), c.enter()
			c.enter()
			c.abandon(first)
			c.abandon(second)
			c.enter()
		}, 2},
		{"a lower peak is no news", func(c *counter) {
			c.enter()
			c.enter()
			time.Sleep(settleTime)
			c.leave()
			c.enter()
		}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var c counter
				tt.do(&c)
				for range 2 {
					if got := c.stats().MaxInFlight; got != tt.want {
						t.Errorf("maximum %d, want %d", got, tt.want)
					}
					time.Sleep(2 * settleTime)
				}
			})
		})
	}
}

// The delay is exact.
func TestDelayIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := Delay()
		h := newHandler(t, Set(), b)
		for n := range 5 {
			began := time.Now()
			get(h, "GET", brazil)
			if want, _ := b.Outcome(brazil, n); time.Since(began) != want {
				t.Errorf("answered after %v, want %v", time.Since(began), want)
			}
		}
	})
}

func TestStatsJSON(t *testing.T) {
	h := newHandler(t, Set(), Local())
	get(h, "GET", brazil)
	get(h, "HEAD", brazil)
	get(h, "GET", "/nowhere")
	get(h, "POST", brazil)
	want := map[string]int64{"requests": 4, "in_flight": 0, "max_in_flight": 1, "bytes": 5646 + 14 + 41}
	for range 3 { // and is itself not counted
		get(h, "HEAD", "/-/stats")
		r := get(h, "GET", "/-/stats")
		got := map[string]int64{}
		if err := json.Unmarshal(body(t, r), &got); err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%v, %v", err, r.Header)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
