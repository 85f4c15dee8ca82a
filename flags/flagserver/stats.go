package flagserver

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// statsPath is where the stats are, out of the way of every flag.
const statsPath = "/-/stats"

// Stats is what a server has seen since it was made, requests for the stats
// themselves left out. As JSON: {"requests": 388, "in_flight": 0,
// "max_in_flight": 7, "bytes": 919337}.
//
// A request is in flight from when its header was read until just before the
// last byte of its answer is handed to the network, or until its client went
// away. Never later: a client that starts its next request as soon as it has
// that byte is not seen with one too many.
//
// That a client has given up reaches a server no sooner than the request it
// makes instead, and often a little later. So a request that was given up
// counts for nothing in the maximum of the 50 ms before.
type Stats struct {
	Requests    int64 `json:"requests"`
	InFlight    int64 `json:"in_flight"`
	MaxInFlight int64 `json:"max_in_flight"`
	Bytes       int64 `json:"bytes"` // of bodies, without headers
}

// settleTime is how late, at worst, a server hears that a client has gone: a
// few times what Go's scheduler takes to look at the network when it is busy.
const settleTime = 50 * time.Millisecond

// A counter keeps Stats. One lock for all numbers keeps them true to each
// other: no reader ever finds more in flight than the maximum.
type counter struct {
	mu    sync.Mutex
	s     Stats  // MaxInFlight is the one that is certain
	peaks []peak // those above it that are not certain yet, oldest first
}

// A peak is a maximum that stands unless it turns out that some of the
// requests in it were given up already.
type peak struct {
	at     time.Time
	last   int64 // the request that made it; all in it came before
	height int64
}

func (c *counter) stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	s := c.s
	for _, p := range c.peaks {
		s.MaxInFlight = max(s.MaxInFlight, p.height)
	}
	return s
}

// settle makes the peaks certain that are old enough.
func (c *counter) settle() {
	for len(c.peaks) > 0 && time.Since(c.peaks[0].at) >= settleTime {
		c.s.MaxInFlight = max(c.s.MaxInFlight, c.peaks[0].height)
		c.peaks = c.peaks[1:]
	}
}

// enter takes a request in and returns its number.
func (c *counter) enter() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	c.s.Requests++
	c.s.InFlight++
	if c.s.InFlight > c.s.MaxInFlight {
		c.peaks = append(c.peaks, peak{time.Now(), c.s.Requests, c.s.InFlight})
	}
	return c.s.Requests
}

// leave takes out a request that has its answer.
func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.InFlight--
}

// abandon takes out a request that was given up, nobody knows since when: the
// requests that came in the meantime may not have met it any more.
func (c *counter) abandon(number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	c.s.InFlight--
	for i := range c.peaks {
		if number < c.peaks[i].last {
			c.peaks[i].height--
		}
	}
}

func (c *counter) sent(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.Bytes += int64(n)
}

// serveHTTP answers the stats as JSON.
func (c *counter) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// An error here means that the client has gone: nobody is left to tell.
	_ = json.NewEncoder(w).Encode(c.stats())
}
