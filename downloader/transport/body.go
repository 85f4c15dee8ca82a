package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

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
	if err == io.EOF && b.conn.hasMore() {
		err = errMore
	}
	b.end(err == io.EOF)
	if err != io.EOF {
		err = causeOr(b.ctx, err)
		b.conn.host.doubt(err)
	}
	return n, err
}

// errMore is an answer of which more has come than its header says. That may be
// wrong, and the rest belong to the body (RFC 9112, section 6.3).
var errMore = errors.New("more came than the answer's header says: its length is wrong")

// hasMore reports whether something has come beyond an answer that may be a part
// of it. What begins as another answer is none, though nobody asked for it.
func (c *conn) hasMore() bool {
	const another = "HTTP/"
	more, _ := c.r.Peek(min(c.r.Buffered(), len(another))) // no more than there is: no error
	return !bytes.HasPrefix([]byte(another), more)
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
