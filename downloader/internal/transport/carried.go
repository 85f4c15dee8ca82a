package transport

import (
	"context"
	"io"
	"time"
)

// A carried body notes when something was last heard on its connection.
type carried struct {
	io.ReadCloser
	ctx    context.Context
	host   *hostConnections
	by     *connection
	heard  time.Time // when something came last
	err    error     // that ended it
	closed bool
}

func (b *carried) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.heard = time.Now()
	}
	if err != nil && err != io.EOF {
		b.err = causeOr(b.ctx, err)
	}
	return n, err
}

// Close tells the host's connections that the request has ended. The caller of RoundTrip
// must close the body.
func (b *carried) Close() error {
	err := b.ReadCloser.Close()
	if !b.closed {
		b.closed = true
		b.host.ended(b.by, b.heard, b.err)
	}
	return err
}
