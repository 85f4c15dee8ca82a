package transport

import (
	"bufio"
	"context"
	"errors"
	"net"
	"time"
)

// A conn is a connection that one request at a time uses.
type conn struct {
	wire
	bounds *Bounds
	owner  owner
	ack    func()        // see newAck; nil if there is no such thing
	room   []byte        // for a request as it is sent
	r      *bufio.Reader // of answers that are not plain; nil until there was one

	// Of the current request:
	trace    Trace     // nil if nobody observes
	maxBody  int64     // see Request
	until    time.Time // when its answer's header has to be there
	answered bool      // whether anything has come of its answer
	left     int64     // bytes that may still be read of the answer's header
	inBody   bool      // whether what is read is the body
	soFar    progress  // of the body
	slowAt   time.Time // when the body is too slow, unless more comes; zero for never

	answers int       // that it has brought whole
	since   time.Time // when it became idle
}

// Bounds limit each request.
type Bounds struct {
	// DialTimeout limits the making of a connection; zero means no limit.
	DialTimeout time.Duration
	// HeaderTimeout limits the time until a request is sent and the header of its answer
	// has arrived; zero means no limit.
	HeaderTimeout time.Duration
	// BodyTimeout limits each silence within a body; zero means no limit.
	BodyTimeout time.Duration
	// Linger is how long a request goes on after its context has ended: if it completes
	// by then, its connection can be used again.
	Linger time.Duration
	// Pace is the slowest at which a body may arrive. Time in which nobody reads it does
	// not count.
	Pace Pace
}

// An owner keeps connections between requests.
type owner interface {
	// keep takes a connection on which no request is under way.
	keep(*conn)
	// doubt is called with the reason why a request failed, which may concern others.
	doubt(error)
}

func newConn(o owner, b *Bounds, c net.Conn) *conn {
	return &conn{wire: newWire(c, b.Linger), bounds: b, owner: o, ack: newAck(c)}
}

// used reports whether a request has used the connection before.
func (c *conn) used() bool { return c.answers > 0 }

// begin sends a request, unless the server has hung up, or said anything before it is
// asked. As little as possible happens between the look and the system call that sends:
// bytes that arrive in between look like an answer.
func (c *conn) begin(ctx context.Context, r *Request) error {
	now := time.Now()
	c.until = deadline(now, c.bounds.HeaderTimeout)
	c.trace, c.maxBody, c.answered, c.inBody = r.Trace, r.MaxBody, false, false
	c.soFar, c.slowAt = progress{}, time.Time{}
	c.start(ctx, now, c.until)
	c.room = r.appendTo(c.room[:0])
	if err := c.mustBeSilent(c.until); err != nil {
		return err
	}
	if r.Trace != nil {
		r.Trace.Connected(c.used())
	}
	err := c.send(c.room, c.until)
	if r.Trace != nil {
		r.Trace.Wrote()
	}
	return err
}

// began notes that something of an answer has arrived.
func (c *conn) began() {
	if !c.answered && c.trace != nil {
		c.trace.FirstByte()
	}
	c.answered = true
}

// readBody reads the next part of a body, which must not be silent for too long.
func (c *conn) readBody(p []byte) (int, error) {
	until := deadline(time.Now(), c.bounds.BodyTimeout)
	if !c.slowAt.IsZero() && (until.IsZero() || c.slowAt.Before(until)) {
		until = c.slowAt
	}
	return c.await(p, until)
}

// paced reads from a body with a function that calls readBody. It fails if the body
// arrives too slowly.
func (c *conn) paced(read func([]byte) (int, error), p []byte) (int, error) {
	pace := c.bounds.Pace
	if pace.Limit <= 0 {
		return read(p)
	}
	start := time.Now()
	c.slowAt = start.Add(pace.left(c.soFar))
	n, err := read(p)
	pace.add(&c.soFar, n, time.Since(start))
	if slow := pace.check(c.soFar); n == 0 && slow != nil {
		err = slow
	}
	return n, err
}

// end ends a request. The connection is kept for the next one if the answer has arrived
// whole, and nothing beyond it.
func (c *conn) end(whole bool) {
	if c.watch.end() && whole && c.look != nil {
		c.answers++
		c.since = time.Now()
		if c.ack != nil {
			c.ack()
		}
		c.owner.keep(c)
		return
	}
	c.close()
}

// close ends the connection. No request is under way.
func (c *conn) close() {
	c.Conn.Close() // what was to be read of it has been
}

// wasGivenUp reports whether err means that the server had given up the connection while
// it was idle.
func (c *conn) wasGivenUp(err error) bool {
	return c.used() && !c.answered && !isTimeout(err)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// isSilence reports whether an error means that nothing arrived for too long on a
// connection that was made.
func isSilence(err error) bool {
	var dial *net.OpError
	return isTimeout(err) && !(errors.As(err, &dial) && dial.Op == "dial")
}
