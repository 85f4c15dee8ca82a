package flagserver

import (
	"context"
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
// makes instead, and often a little later. So where clients have reason to give
// up, on servers with delays or faults, a request that would make a new maximum
// is taken in only when 20 ms did not bring the number down. An excess shorter
// than that goes unseen there.
type Stats struct {
	Requests    int64 `json:"requests"`
	InFlight    int64 `json:"in_flight"`
	MaxInFlight int64 `json:"max_in_flight"`
	Bytes       int64 `json:"bytes"` // of bodies, without headers
}

// A counter keeps Stats. One lock for all numbers keeps them true to each
// other: no reader ever finds more in flight than the maximum.
type counter struct {
	mu sync.Mutex
	s  Stats
}

func (c *counter) stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.s
}

// settleTime is twice the time after which Go's scheduler looks for news from
// the network even if it is busy.
const settleTime = 20 * time.Millisecond

// enter takes a request in. With settle it believes in a new maximum only
// after settleTime, which it takes from the delay that the request has anyway.
// It reports whether the client stayed so long; if not, it has not entered.
func (c *counter) enter(ctx context.Context, settle bool) bool {
	c.arrive()
	const step = time.Millisecond
	for range settleTime / step {
		if c.admit(!settle) {
			return true
		}
		if !wait(ctx, step) {
			return false
		}
	}
	return c.admit(true)
}

func (c *counter) arrive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.Requests++
}

// admit adds one to those in flight, unless that makes a new maximum and
// newMax does not allow it.
func (c *counter) admit(newMax bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.s.InFlight == c.s.MaxInFlight && !newMax {
		return false
	}
	c.s.InFlight++
	c.s.MaxInFlight = max(c.s.MaxInFlight, c.s.InFlight)
	return true
}

func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.InFlight--
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
