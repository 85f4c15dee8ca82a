package transport

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

// maxHeader is the most bytes of an answer's header, and maxInformational the
// most answers of status 1xx before the one that counts.
const (
	maxHeader        = 256 << 10
	maxInformational = 5
)

// A connection asks the system for so many bytes at a time: at first for few,
// as memory that was never touched is costly, and when it has brought manyAnswers,
// for enough that most small files come in one piece, header included.
const (
	firstRead   = 4 << 10
	readSize    = 16 << 10
	manyAnswers = 32
)

// A conn is a connection that one request at a time uses.
type conn struct {
	net.Conn
	host *host
	look func() error // see newLook; nil where nothing tells what has come
	ack  func()       // see newAck; nil where there is no such thing
	r    *bufio.Reader
	w    *bufio.Writer

	// Of the present request:
	trace    *httptrace.ClientTrace // nil where nobody observes
	asked    bool                   // whether any of it has been sent
	answered bool                   // whether anything came of its answer
	left     int64                  // bytes that may still be read of the answer's header
	inBody   bool                   // whether what is read is the body

	answers int       // that it has brought whole
	since   time.Time // when it became idle
	closed  bool
}

func newConn(h *host, c net.Conn) *conn {
	own := &conn{Conn: c, host: h, look: newLook(c), ack: newAck(c)}
	own.r, own.w = bufio.NewReaderSize(own, firstRead), bufio.NewWriterSize(own, 1<<10)
	return own
}

// rest notes that an answer has come whole, and nothing beyond it.
func (c *conn) rest() {
	c.since = time.Now()
	if c.ack != nil {
		c.ack()
	}
	if c.answers++; c.answers == manyAnswers {
		c.r = bufio.NewReaderSize(c, readSize)
	}
}

// used reports whether a request has used the connection before.
func (c *conn) used() bool { return c.answers > 0 }

// Read reads from the connection, within bounds.
func (c *conn) Read(p []byte) (int, error) {
	if c.inBody {
		c.SetReadDeadline(deadline(c.host.BodyTimeout)) // where it fails, so does reading
		return c.Conn.Read(p)
	}
	if c.left <= 0 {
		return 0, errHeaderTooLarge
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

var errHeaderTooLarge = fmt.Errorf("the answer's header has more than the %d bytes allowed", maxHeader)

// deadline is when a time-out ends that begins now.
func deadline(timeout time.Duration) (t time.Time) {
	if timeout > 0 {
		t = time.Now().Add(timeout)
	}
	return t
}

// Write sends, unless the server has said anything before it is asked or has
// hung up. As little as can be is done between the look and the system call that
// sends: what comes in between cannot be told from an answer.
func (c *conn) Write(p []byte) (int, error) {
	if c.asked {
		return c.Conn.Write(p)
	}
	c.asked = true
	if c.look != nil {
		if err := c.look(); err != nil {
			return 0, err
		}
	}
	if c.trace != nil && c.trace.GotConn != nil {
		c.trace.GotConn(httptrace.GotConnInfo{Conn: c.Conn, Reused: c.used(), WasIdle: c.used()})
	}
	return c.Conn.Write(p)
}

// exchange sends a request and reads the header of its answer.
func (c *conn) exchange(req *http.Request) (*http.Response, error) {
	c.trace = httptrace.ContextClientTrace(req.Context())
	c.asked, c.answered, c.inBody, c.left = false, false, false, maxHeader
	c.SetDeadline(deadline(c.host.HeaderTimeout)) // where it fails, so does sending
	err := c.send(req)
	if c.trace != nil && c.trace.WroteRequest != nil {
		c.trace.WroteRequest(httptrace.WroteRequestInfo{Err: err})
	}
	if err != nil {
		return nil, err
	}
	if _, err := c.r.Peek(1); err != nil {
		return nil, err
	}
	c.answered = true
	if c.trace != nil && c.trace.GotFirstResponseByte != nil {
		c.trace.GotFirstResponseByte()
	}
	resp, err := c.receive(req)
	if err != nil {
		return nil, err
	}
	c.inBody = true
	return resp, nil
}

func (c *conn) send(req *http.Request) error {
	if err := req.Write(c.w); err != nil {
		return err
	}
	return c.w.Flush()
}

// close ends the connection.
func (c *conn) close() {
	if !c.closed {
		c.closed = true
		c.Conn.Close() // what was to be read of it has been
	}
}
