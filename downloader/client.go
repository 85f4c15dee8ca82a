package downloader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A Client makes one task's requests, each under the cap. It may be used by
// several goroutines at once, until the task's Fetch returns.
type Client struct {
	d     *Downloader
	lease lease
}

// A Response is an answer with status 200 whose body has arrived whole.
type Response struct {
	Header http.Header
	Body   []byte
}

// Get fetches a URL. An answer other than 200 is a [*StatusError], and every
// error is wrapped in a [*RequestError] that names the URL.
func (c *Client) Get(ctx context.Context, url string) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, &RequestError{URL: url, Err: err}
	}
	return c.Do(req)
}

// Do is Get for a request with headers of its own. The request has no body;
// its context bounds the wait for a place under the cap as well.
func (c *Client) Do(req *http.Request) (*Response, error) {
	resp, err := c.capped(req)
	if err != nil {
		return nil, &RequestError{URL: req.URL.Redacted(), Err: err}
	}
	return resp, nil
}

// capped waits for a place and holds it just as long as the request is open.
func (c *Client) capped(req *http.Request) (*Response, error) {
	if err := c.lease.take(req.Context()); err != nil {
		return nil, err
	}
	defer c.lease.give()
	return c.d.exchange(req)
}

// exchange sends one request and reads its answer to the end.
func (d *Downloader) exchange(req *http.Request) (*Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	req = req.WithContext(ctx)
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", d.options.UserAgent)
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return nil, d.explain(ctx, err)
	}
	defer resp.Body.Close()
	// From here on silence is what is bounded: each byte restarts the clock.
	timeout := d.options.Timeout
	clock := time.AfterFunc(timeout, func() {
		cancel(&TimeoutError{During: "reading the body", Limit: timeout})
	})
	defer clock.Stop()
	answer, err := d.receive(resp, &wakeful{resp.Body, clock, timeout})
	if err != nil {
		return nil, d.explain(ctx, err)
	}
	return answer, nil
}

// receive reads the body of a 200. That of any other answer is thrown away,
// but read, if it is short, so that the connection can be used again.
func (d *Downloader) receive(resp *http.Response, body io.Reader) (*Response, error) {
	if resp.StatusCode != http.StatusOK {
		io.CopyN(io.Discard, body, 16<<10)
		return nil, &StatusError{Code: resp.StatusCode, Header: resp.Header}
	}
	data, err := readAll(body, resp.ContentLength, d.options.MaxSize)
	if err != nil {
		return nil, err
	}
	return &Response{Header: resp.Header, Body: data}, nil
}

// wakeful is a body whose every read that brings something restarts the clock.
type wakeful struct {
	io.Reader
	clock   *time.Timer
	timeout time.Duration
}

func (w *wakeful) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.clock.Reset(w.timeout)
	}
	return n, err
}

// readAll reads a body of the length announced, or to its end where length is
// -1, into memory sized for it.
func readAll(body io.Reader, length, limit int64) ([]byte, error) {
	if length > limit {
		return nil, &SizeError{Size: length, Limit: limit}
	}
	// A body is taken at its word for its length only up to a megabyte. One
	// byte more lets the last read see the end.
	first := int64(32 << 10)
	if length >= 0 {
		first = min(length, 1<<20) + 1
	}
	data := make([]byte, 0, first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, &SizeError{Size: -1, Limit: limit}
		case err == io.EOF:
			return data, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, cutOff(len(data), length, err)
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

func cutOff(got int, length int64, err error) error {
	if length < 0 {
		return fmt.Errorf("body cut off after %d bytes: %w", got, err)
	}
	return fmt.Errorf("body cut off after %d of %d bytes: %w", got, length, err)
}
