package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"syscall"
	"time"
)

// maxHeader is the most bytes of an answer's header, and maxInformational the
// most answers of status 1xx before the one that counts.
const (
	maxHeader        = 256 << 10
	maxInformational = 5
)

// A connection asks the system for so many bytes at a time: at first for few,
// as memory that was never touched is dear, and when it has brought manyAnswers,
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
	raw  syscall.RawConn // nil where there is none
	r    *bufio.Reader
	w    *bufio.Writer

	// Of the present request:
	answered bool  // whether anything came of its answer
	left     int64 // bytes that may still be read of the answer's header
	inBody   bool  // whether what is read is the body
	failed   error // that ended the reading of its header

	answers int       // that it has brought whole
	since   time.Time // when it became idle
	closed  bool
}

func newConn(h *host, c net.Conn) *conn {
	own := &conn{Conn: c, host: h}
	own.r, own.w = bufio.NewReaderSize(own, firstRead), bufio.NewWriterSize(c, 1<<10)
	if s, ok := c.(syscall.Conn); ok {
		own.raw, _ = s.SyscallConn() // without it usable knows less
	}
	return own
}

// rest notes that an answer has come whole, and nothing beyond it.
func (c *conn) rest() {
	c.since = time.Now()
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
		return 0, fmt.Errorf("the answer's header has more than the %d bytes allowed", maxHeader)
	}
	n, err := c.Conn.Read(p)
	c.left -= int64(n)
	c.failed = err
	return n, err
}

// deadline is when a time-out ends that begins now.
func deadline(timeout time.Duration) (t time.Time) {
	if timeout > 0 {
		t = time.Now().Add(timeout)
	}
	return t
}

// exchange sends a request and reads the header of its answer.
func (c *conn) exchange(req *http.Request) (*http.Response, error) {
	c.answered, c.inBody, c.left, c.failed = false, false, maxHeader, nil
	c.SetDeadline(deadline(c.host.HeaderTimeout)) // where it fails, so does sending
	trace := httptrace.ContextClientTrace(req.Context())
	err := c.send(req)
	if trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{Err: err})
	}
	if err != nil {
		return nil, err
	}
	if _, err := c.r.Peek(1); err != nil {
		return nil, err
	}
	c.answered = true
	if trace != nil && trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
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

// receive reads the header of an answer, and of those that only announce it
// (RFC 9110, section 15.2).
func (c *conn) receive(req *http.Request) (*http.Response, error) {
	for range maxInformational + 1 {
		resp, err := http.ReadResponse(c.r, req)
		if err != nil && c.failed != nil {
			err = c.failed // and not what is wrong with the piece of a line before it
		}
		if err == io.ErrUnexpectedEOF || err == io.EOF {
			err = fmt.Errorf("the connection was closed within the answer's header: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, nil
		}
	}
	return nil, fmt.Errorf("more than %d answers of status 1xx before the one that counts", maxInformational)
}

// close ends the connection.
func (c *conn) close() {
	if !c.closed {
		c.closed = true
		c.Conn.Close() // what was to be read of it has been
	}
}

// A body gives its connection back when it has been read to its end.
type body struct {
	io.ReadCloser
	conn *conn
	ctx  context.Context
	stop func() bool // from calling callOff when ctx ends
	last bool        // whether no other answer comes on this connection

	mu    sync.Mutex
	ended bool
	cut   *time.Timer // closes the connection; nil as long as ctx has not ended
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil {
		return n, nil
	}
	b.end(err == io.EOF)
	if err != io.EOF {
		err = causeOr(b.ctx, err)
		b.conn.host.doubt(err)
	}
	return n, err
}

// Close gives up what has not been read, and the connection with it.
func (b *body) Close() error {
	b.end(false)
	return nil
}

// callOff closes the connection, unless the body comes to its end soon.
func (b *body) callOff() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.cut = time.AfterFunc(b.conn.host.Linger, func() { b.conn.Conn.Close() })
	}
}

// settle ends the body, and reports whether its connection is left alone.
func (b *body) settle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.cut == nil || b.cut.Stop()
}

func (b *body) end(whole bool) {
	if b.ended {
		return
	}
	b.stop()
	// What is there beyond the answer belongs to no request.
	if b.settle() && whole && !b.last && b.conn.r.Buffered() == 0 {
		b.conn.host.keep(b.conn)
		return
	}
	b.conn.close()
}
