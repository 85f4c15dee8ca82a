package transport

import (
	"context"
	"io"
	"net/http"

	"getflags/downloader/internal/limit"
)

// An Answer is the answer to a request: whole if it is plain, or with a body that the
// caller must read.
type Answer struct {
	// Head is the header of a plain answer as it came, and Body its body. Both are parts
	// of Memory, which belongs to the pool and can be given back to it.
	Head, Body, Memory []byte
	// Response is an answer that is not plain, or nil. Its body must be closed.
	Response *http.Response

	more int // bytes that arrived beyond it
}

// A BodyError is an answer that failed within its body.
type BodyError struct {
	Came, Length int // bytes
	Err          error
}

func (e *BodyError) Error() string { return e.Err.Error() }
func (e *BodyError) Unwrap() error { return e.Err }

// get makes a request and reads its answer: a plain one to its end, into memory of the
// pool; of any other, the header.
func (c *conn) get(ctx context.Context, r *Request, pool *Buffers) (Answer, error) {
	err := c.begin(ctx, r)
	var a Answer
	if err == nil {
		a, err = c.answer(pool)
	}
	switch {
	case err != nil:
		c.end(false)
		err = causeOr(ctx, err)
		c.owner.doubt(err)
	case a.Response != nil:
		err = c.stream(ctx, a.Response)
	default:
		c.end(a.more == 0)
	}
	return a, err
}

// answer reads an answer into one piece of memory. If it turns out not to be plain, the
// bytes read so far are replayed into package http.
func (c *conn) answer(pool *Buffers) (Answer, error) {
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
		if v == isPlain && c.maxBody > 0 && int64(p.length) > c.maxBody {
			v = notPlain
		}
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
	if cap(data) <= end { // one byte more shows whether more comes
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
