package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
)

// A body gives its connection back when it has been read to its end.
type body struct {
	io.ReadCloser
	conn  *conn
	ctx   context.Context
	last  bool // whether no other answer comes on this connection
	ended bool
}

// stream leaves the body of an answer that is not plain to be read by the caller.
func (c *conn) stream(ctx context.Context, resp *http.Response) error {
	c.inBody = true
	c.watch.start(ctx)
	b := &body{ReadCloser: resp.Body, conn: c, ctx: ctx,
		last: resp.Close || resp.StatusCode == http.StatusSwitchingProtocols}
	if resp.Body != http.NoBody {
		resp.Body = b
		return nil
	}
	// 204 and 304 have no body, whatever a server sends.
	if resp.StatusCode == http.StatusOK && c.hasMore() {
		b.end(false)
		return errMore
	}
	b.end(true)
	return nil
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.conn.paced(b.ReadCloser.Read, p)
	if err == nil {
		return n, nil
	}
	if err == io.EOF && b.conn.hasMore() {
		err = errMore
	}
	b.end(err == io.EOF)
	if err != io.EOF {
		err = causeOr(b.ctx, err)
		b.conn.owner.doubt(err)
	}
	return n, err
}

// errMore means that more has arrived than the header says. The header may be wrong, and
// the rest belong to the body (RFC 9112, section 6.3).
var errMore = errors.New("more came than the answer's header says: its length is wrong")

// hasMore reports whether bytes beyond the answer have arrived that may be a part of it.
func (c *conn) hasMore() bool {
	more, _ := c.r.Peek(c.r.Buffered()) // no more than there is: no error
	return !isAnother(more)
}

// isAnother reports whether the bytes beyond an answer, if there are any, begin another
// one: nobody asked for it, but it is no part of the first.
func isAnother(more []byte) bool {
	const another = "HTTP/"
	return bytes.HasPrefix([]byte(another), more[:min(len(more), len(another))])
}

// Close gives up the connection if the body has not been read to its end.
func (b *body) Close() error {
	b.end(false)
	return nil
}

func (b *body) end(whole bool) {
	if !b.ended {
		b.ended = true
		// What is there beyond the answer belongs to no request.
		b.conn.end(whole && !b.last && b.conn.r.Buffered() == 0)
	}
}
