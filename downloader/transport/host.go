package transport

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Connections to a host are opened as they are needed. A server that answers
// at once is served best by a few, used again and again: to dial one for each
// request under way costs more than the requests. A slow server needs them
// all. So beyond the first few a request waits for one to become free, but no
// longer than a fast server takes; unless the server is fast, and it is this
// program that does not keep up.
const (
	atOnce      = 8
	patient     = 2 * time.Millisecond
	mostPatient = 20 * patient
	quick       = time.Millisecond // for an answer: not worth a connection more
)

// fresh is how long a connection may have been idle to be taken as it is: to
// look at it takes a system call, and servers do not hang up so soon.
const fresh = 10 * time.Millisecond

// A host is the connections to one address.
type host struct {
	*Direct
	address string
	open    atomic.Int64 // connections, those being made too
	kept    atomic.Int64 // how often one became idle
	fastest atomic.Int64 // answer until now, in nanoseconds; 0 before the first
	idle    chan *conn

	mu   sync.Mutex
	reap *time.Timer // drops what has been idle for long; nil if it is not set
}

// connection returns an idle connection, or a new one.
func (h *host) connection(ctx context.Context) (*conn, error) {
	for {
		select {
		case c := <-h.idle:
			if c.isFit() {
				return c, nil
			}
			c.close()
			continue
		default:
		}
		if h.open.Add(1) > atOnce {
			if c := h.wait(ctx); c != nil {
				h.open.Add(-1)
				if c.isFit() {
					return c, nil
				}
				c.close()
				continue
			}
		}
		return h.dial(ctx)
	}
}

// isFit reports whether an idle connection can carry a request.
func (c *conn) isFit() bool { return time.Since(c.since) < fresh || c.usable() }

// wait waits a moment for a connection to become idle, and longer as long as
// others do and the server is fast.
func (h *host) wait(ctx context.Context) *conn {
	step := time.NewTicker(patient)
	defer step.Stop()
	for range mostPatient / patient {
		before := h.kept.Load()
		select {
		case c := <-h.idle:
			return c
		case <-step.C:
		case <-ctx.Done():
			return nil
		}
		if h.kept.Load() == before || !h.isFast() {
			return nil
		}
	}
	return nil
}

func (h *host) isFast() bool {
	fastest := h.fastest.Load()
	return fastest > 0 && fastest < int64(quick)
}

// answered takes note of how long an answer took to begin.
func (h *host) answered(took time.Duration) {
	for old := h.fastest.Load(); old == 0 || int64(took) < old; old = h.fastest.Load() {
		if h.fastest.CompareAndSwap(old, max(1, int64(took))) {
			return
		}
	}
}

// dial makes a connection, which is counted already.
func (h *host) dial(ctx context.Context) (*conn, error) {
	c, err := h.Dial(ctx, "tcp", h.address)
	if err != nil {
		h.open.Add(-1)
		return nil, causeOr(ctx, err)
	}
	return newConn(h, c), nil
}

// keep keeps a connection for the next request.
func (h *host) keep(c *conn) {
	c.used, c.since = true, time.Now()
	h.kept.Add(1)
	h.putBack(c)
	h.reapLater()
}

// reapLater sees to it that idle connections do not stay for ever.
func (h *host) reapLater() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reap == nil && h.IdleTimeout > 0 {
		h.reap = time.AfterFunc(h.IdleTimeout, h.reapOld)
	}
}

func (h *host) reapOld() {
	h.mu.Lock()
	h.reap = nil
	h.mu.Unlock()
	h.drop(func(c *conn) bool { return time.Since(c.since) >= h.IdleTimeout })
	if len(h.idle) > 0 {
		h.reapLater()
	}
}

// dropAll closes all idle connections.
func (h *host) dropAll() {
	h.mu.Lock()
	if h.reap != nil {
		h.reap.Stop()
		h.reap = nil
	}
	h.mu.Unlock()
	h.drop(func(*conn) bool { return true })
}

// drop closes those idle connections that are not wanted.
func (h *host) drop(unwanted func(*conn) bool) {
	for range len(h.idle) {
		select {
		case c := <-h.idle:
			if unwanted(c) {
				c.close()
			} else {
				h.putBack(c)
			}
		default:
			return
		}
	}
}

// putBack makes a connection idle, or closes it if there are enough.
func (h *host) putBack(c *conn) {
	select {
	case h.idle <- c:
	default:
		c.close()
	}
}
