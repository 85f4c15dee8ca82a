package transport

import (
	"context"
	"io"
	"net/http"
)

// carry sends a request that a carrier has been chosen for.
func (r *route) carry(c *carrier, req *http.Request) (*http.Response, error) {
	resp, err := c.RoundTrip(req)
	if err != nil {
		r.delivered(c, causeOr(req.Context(), err))
		return nil, err
	}
	resp.Body = &carried{ReadCloser: resp.Body, ctx: req.Context(), route: r, carrier: c}
	return resp, nil
}

// delivered is told of the end of a request. A carrier that gets no more of
// them has nothing to keep connections for after its last.
func (r *route) delivered(c *carrier, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.open--
	if isSilence(err) && !c.left {
		r.leave()
	}
	if c.left && c.open == 0 {
		closeIdle(c.RoundTripper)
	}
}

// leave sees to it that the requests to come get other connections than those
// there are. Over HTTP/1.1 what is idle is closed; what is not, and still brings
// its answer, has proved to be alive. Over HTTP/2 requests share connections, so
// the carriers make way for new ones. Each does so only once: a host that is
// merely slow costs a connection now and then, and no more. The lock is held.
func (r *route) leave() {
	for i, c := range r.lanes {
		if c == nil || c.state == connecting {
			continue
		}
		closeIdle(c.RoundTripper)
		if r.http2 {
			c.left = true
			r.lanes[i] = nil
		}
	}
}

// carried is the body of an answer.
type carried struct {
	io.ReadCloser
	ctx     context.Context
	route   *route
	carrier *carrier
	err     error // that ended it
	closed  bool
}

func (b *carried) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.err = causeOr(b.ctx, err)
	}
	return n, err
}

// Close tells the route; whoever gets an answer has to close its body.
func (b *carried) Close() error {
	err := b.ReadCloser.Close()
	if !b.closed {
		b.closed = true
		b.route.delivered(b.carrier, b.err)
	}
	return err
}
