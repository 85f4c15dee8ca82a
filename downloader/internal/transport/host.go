package transport

import (
	"context"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// A host is the connections to one address.
type host struct {
	address string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	bounds  *Bounds
	most    int           // idle connections
	timeout time.Duration // of an idle one; 0 is for ever

	mu   sync.Mutex
	idle []*conn     // the last became idle last
	reap *time.Timer // drops what has been idle for long; nil if it is not set
}

// connection returns an idle connection, or a new one.
func (h *host) connection(ctx context.Context, t Trace) (*conn, error) {
	if c := h.take(); c != nil {
		return c, nil
	}
	start := time.Now()
	c, err := h.dialInTime(ctx)
	if t != nil {
		t.Dialled(start, err)
	}
	if err != nil {
		return nil, causeOr(ctx, err)
	}
	return newConn(h, h.bounds, c), nil
}

// dialInTime makes a connection. Some dialers know no time-out of their own.
func (h *host) dialInTime(ctx context.Context) (net.Conn, error) {
	if h.bounds.DialTimeout <= 0 {
		return h.dial(ctx, "tcp", h.address)
	}
	late := &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	within, cancel := context.WithTimeoutCause(ctx, h.bounds.DialTimeout, late)
	defer cancel()
	c, err := h.dial(within, "tcp", h.address)
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		err = late
	}
	return c, err
}

// take returns the connection that became idle last, or nil.
func (h *host) take() *conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	last := len(h.idle) - 1
	if last < 0 {
		return nil
	}
	c := h.idle[last]
	h.idle = h.idle[:last]
	return c
}

// keep keeps a connection for the next request, unless there are enough.
func (h *host) keep(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.idle) >= h.most {
		c.close()
		return
	}
	h.idle = append(h.idle, c)
	if h.reap == nil && h.timeout > 0 {
		h.reap = time.AfterFunc(h.timeout, h.reapOld)
	}
}

// reapOld closes connections that have been idle for too long.
func (h *host) reapOld() {
	h.drop(func(c *conn) bool { return time.Since(c.since) >= h.timeout })
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reap = nil
	if len(h.idle) > 0 {
		h.reap = time.AfterFunc(h.timeout, h.reapOld)
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

// drop closes the idle connections that are unwanted.
func (h *host) drop(unwanted func(*conn) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.idle = slices.DeleteFunc(h.idle, func(c *conn) bool {
		if !unwanted(c) {
			return false
		}
		c.close()
		return true
	})
}

// doubt drops the idle connections if err says that one was silent for too long: if a NAT
// has forgotten that one, it has forgotten the others too, and each would cost another
// attempt. Connections in use prove that they are alive by their answers.
func (h *host) doubt(err error) {
	if isSilence(err) {
		h.dropAll()
	}
}
