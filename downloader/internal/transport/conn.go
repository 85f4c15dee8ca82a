package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"getflags/downloader/internal/limit"
)

// maxHeader is the most bytes of an answer's header, and maxInformational the
// most answers of status 1xx before the one that counts.
const (
	maxHeader        = 256 << 10
	maxInformational = 5
)

// A conn is a connection that one request at a time uses.
type conn struct {
	net.Conn
	host  *host
	look  func() error // see newLook; nil where nothing tells what has come
	ack   func()       // see newAck; nil where there is no such thing
	watch watch
	armed time.Time     // the deadline that is set
	room  []byte        // for a request as it is sent
	r     *bufio.Reader // of answers that are not plain; nil until there was one

	// Of the present request:
	ctx      context.Context
	trace    Trace     // nil where nobody observes
	until    time.Time // when its answer's header has to be there
	answered bool      // whether anything came of its answer
	left     int64     // bytes that may still be read of the answer's header
	inBody   bool      // whether what is read is the body
	soFar    progress  // of the body
	slowAt   time.Time // when that is too slow, unless more comes; zero for never

	answers int       // that it has brought whole
	since   time.Time // when it became idle
}

func newConn(h *host, c net.Conn) *conn {
	own := &conn{Conn: c, host: h, look: newLook(c), ack: newAck(c)}
	own.watch.linger, own.watch.cutOff = h.Linger, func() { c.Close() }
	return own
}

// used reports whether a request has used the connection before.
func (c *conn) used() bool { return c.answers > 0 }

// begin sends a request, unless the server has said anything before it is asked
// or has hung up. As little as can be is done between the look and the system
// call that sends: what comes in between cannot be told from an answer.
func (c *conn) begin(ctx context.Context, r *Request) error {
	now := time.Now()
	c.until = deadline(now, c.host.HeaderTimeout)
	c.ctx, c.trace, c.answered, c.inBody = ctx, r.Trace, false, false
	c.soFar, c.slowAt = progress{}, time.Time{}
	c.armSoon(now)
	c.room = r.appendTo(c.room[:0])
	if err := c.mustBeSilent(); err != nil {
		return err
	}
	if r.Trace != nil {
		r.Trace.Connected(c.used())
	}
	err := c.send(c.room)
	if r.Trace != nil {
		r.Trace.Wrote()
	}
	return err
}

// send sends a request, right after a look.
func (c *conn) send(text []byte) error {
	for unsent := true; ; {
		n, err := c.Conn.Write(text)
		if text = text[n:]; err == nil || !c.isEarly(err, c.until) {
			return err
		}
		if unsent = unsent && n == 0; unsent {
			if err := c.mustBeSilent(); err != nil {
				return err
			}
		}
	}
}

// began is told that something has come of an answer.
func (c *conn) began() {
	if !c.answered && c.trace != nil {
		c.trace.FirstByte()
	}
	c.answered = true
}

// get makes a request and reads its answer: a plain one into memory of the pool,
// to its end; of another, the header.
func (c *conn) get(ctx context.Context, r *Request, pool *Buffers) (Answer, error) {
	err := c.begin(ctx, r)
	var a Answer
	if err == nil {
		a, err = c.plain(pool)
	}
	switch {
	case err != nil:
		c.end(false)
		err = causeOr(ctx, err)
		c.host.doubt(err)
	case a.Response != nil:
		err = c.stream(ctx, a.Response)
	default:
		c.end(a.more == 0)
	}
	return a, err
}

// plain reads an answer into one piece of memory. Where it turns out not to be
// plain, what has come is replayed into package http.
func (c *conn) plain(pool *Buffers) (Answer, error) {
	data := pool.Get(limit.FirstRead)
	for len(data) < cap(data) {
		n, err := c.await(data[len(data):cap(data)], c.until)
		if n > 0 {
			c.began()
		}
		data = data[:len(data)+n]
		if err != nil && len(data) == 0 {
			pool.Put(data)
			return Answer{}, err
		}
		p, v := parsePlain(data)
		if v == isPlain {
			return c.content(p, data, pool)
		}
		if v == notPlain || err != nil {
			break
		}
	}
	resp, err := c.other(data)
	pool.Put(data)
	return Answer{Response: resp}, err
}

// content reads the rest of a plain answer.
func (c *conn) content(p plain, data []byte, pool *Buffers) (Answer, error) {
	end := p.head + p.length
	if cap(data) <= end { // one byte more lets it be seen if more comes
		larger := append(pool.Get(end+1), data...)
		pool.Put(data)
		data = larger
	}
	for len(data) < end {
		n, err := c.paced(c.readBody, data[len(data):end+1])
		data = data[:len(data)+n]
		if len(data) < end && err != nil {
			pool.Put(data)
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return Answer{}, &BodyError{Came: len(data) - p.head, Length: p.length, Err: err}
		}
	}
	more := len(data) - end
	if more > 0 && !isAnother(data[end:]) {
		pool.Put(data)
		return Answer{}, &BodyError{Came: p.length, Length: p.length, Err: errMore}
	}
	data = pool.Fit(data[:end])
	return Answer{Head: data[:p.head], Body: data[p.head:end:end], Memory: data, more: more}, nil
}

// other reads the header of an answer of which something has come.
func (c *conn) other(came []byte) (*http.Response, error) {
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(came)), c)
	c.left = maxHeader - int64(len(came))
	if c.r == nil {
		c.r = bufio.NewReader(rest)
	} else {
		c.r.Reset(rest)
	}
	return c.receive()
}

// roundTrip makes a request and reads the header of its answer.
func (c *conn) roundTrip(ctx context.Context, r *Request) (*http.Response, error) {
	err := c.begin(ctx, r)
	var resp *http.Response
	if err == nil {
		resp, err = c.other(nil)
	}
	if err != nil {
		c.end(false)
		err = causeOr(ctx, err)
		c.host.doubt(err)
		return nil, err
	}
	return resp, c.stream(ctx, resp)
}

// Read reads from the connection, within bounds.
func (c *conn) Read(p []byte) (int, error) {
	if c.inBody {
		return c.readBody(p)
	}
	if c.left <= 0 {
		return 0, errHeaderTooLarge
	}
	n, err := c.await(p[:min(int64(len(p)), c.left)], c.until)
	c.left -= int64(n)
	return n, err
}

var errHeaderTooLarge = fmt.Errorf("the answer's header has more than the %d bytes allowed", maxHeader)

// readBody reads what comes next of a body, which must not be silent for long.
func (c *conn) readBody(p []byte) (int, error) {
	until := deadline(time.Now(), c.host.BodyTimeout)
	if !c.slowAt.IsZero() && (until.IsZero() || c.slowAt.Before(until)) {
		until = c.slowAt
	}
	return c.await(p, until)
}

// paced reads from a body with a function that calls readBody. Its end is an
// error if the body comes too slowly.
func (c *conn) paced(read func([]byte) (int, error), p []byte) (int, error) {
	pace := c.host.Pace
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

// end ends a request. The connection is kept for the next if its answer has come
// whole, and nothing beyond it.
func (c *conn) end(whole bool) {
	if c.watch.end() && whole && c.look != nil {
		c.answers++
		c.since = time.Now()
		if c.ack != nil {
			c.ack()
		}
		c.host.keep(c)
		return
	}
	c.close()
}

// close ends the connection. No request is under way.
func (c *conn) close() {
	c.Conn.Close() // what was to be read of it has been
}

// wasGivenUp reports whether err came from a connection that the server had
// given up while nobody used it.
func (c *conn) wasGivenUp(err error) bool {
	var timeout net.Error
	return c.used() && !c.answered && !(errors.As(err, &timeout) && timeout.Timeout())
}
