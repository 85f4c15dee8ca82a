package transport

import (
	"context"
	"sync"
	"time"
)

// A host is the connections to one address.
type host struct {
	*Direct
	address string
	idle    chan *conn

	mu   sync.Mutex
	reap *time.Timer // drops what has been idle for long; nil if it is not set
}

// connection returns an idle connection, or a new one.
func (h *host) connection(ctx context.Context) (*conn, error) {
	select {
	case c := <-h.idle:
		return c, nil
	default:
		return h.dial(ctx)
	}
}

func (h *host) dial(ctx context.Context) (*conn, error) {
	c, err := h.Dial(ctx, "tcp", h.address)
	if err != nil {
		return nil, causeOr(ctx, err)
	}
	return newConn(h, c), nil
}

// keep keeps a connection for the next request.
func (h *host) keep(c *conn) {
	c.rest()
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

// doubt drops the idle connections if err says that one was silent for too long:
// where a NAT has forgotten that one, it has forgotten them too, and each would
// cost another attempt. Those in use prove that they are alive by their answers.
func (h *host) doubt(err error) {
	if isSilence(err) {
		h.dropAll()
	}
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
