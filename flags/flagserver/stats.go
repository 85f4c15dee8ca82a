package flagserver

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// statsPath is the path of the stats, outside [prefix].
const statsPath = "/-/stats"

// Stats counts the requests to a handler since it was made, except those for the
// stats themselves. As JSON: {"requests": 388, "in_flight": 0,
// "max_in_flight": 7, "bytes": 919337}.
//
// A request is in flight from the moment when its header is read until just
// before the last byte of its answer goes to the network, or until its client
// leaves. It is never in flight longer, so a client that starts its next request
// on that byte never counts twice.
//
// A server often notices an abandoned request only after the client's next
// request has arrived. So an abandoned request does not count in the maximum of
// the 50 ms before the server noticed.
type Stats struct {
	Requests    int64 `json:"requests"`
	InFlight    int64 `json:"in_flight"`
	MaxInFlight int64 `json:"max_in_flight"`
	Bytes       int64 `json:"bytes"` // of bodies, without headers
}

// settleTime is the longest time until a server notices that a client has left:
// a few times the interval at which a busy Go scheduler polls the network.
const settleTime = 50 * time.Millisecond

// A counter keeps Stats. One lock for all numbers keeps them consistent: no
// reader ever finds more requests in flight than the maximum.
type counter struct {
	mu    sync.Mutex
	s     Stats  // MaxInFlight is certain
	peaks []peak // higher maxima that are not certain yet, oldest first
}

// A peak is a maximum that becomes certain unless some of its requests turn out
// to be abandoned.
type peak struct {
	at     time.Time
	last   int64 // the number of its latest request
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

// settle makes peaks certain that are old enough.
func (c *counter) settle() {
	for len(c.peaks) > 0 && time.Since(c.peaks[0].at) >= settleTime {
		c.s.MaxInFlight = max(c.s.MaxInFlight, c.peaks[0].height)
		c.peaks = c.peaks[1:]
	}
}

// enter counts a request as in flight and returns its number.
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

// leave counts a request as answered.
func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.InFlight--
}

// abandon counts a request as abandoned. Nobody knows since when, so it no longer
// counts in the peaks of later requests.
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
	// An error means that the client has left.
	_ = json.NewEncoder(w).Encode(c.stats())
}
