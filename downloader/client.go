package downloader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/transport"
	"getflags/internal/redact"
)

// A Client makes one task's requests, each under the cap. It may be used by
// several goroutines at once, until the task's Fetch returns.
type Client struct {
	d     *Downloader
	crew  *crew
	task  string // its ID
	lease lease
}

// A Check looks at an answer that has arrived whole and tells what is wrong
// with it, if anything is.
type Check func(*Response) error

// Get fetches a URL, again if an attempt fails in a way that may pass (see
// [Options].Retries). An answer other than 200, or 304 where a condition was
// set, is a [*StatusError], one that
// fails a check a [*ContentError], and every error is wrapped in a
// [*RequestError] that names the URL.
func (c *Client) Get(ctx context.Context, url string, checks ...Check) (*Response, error) {
	to, err := parseURL(url)
	if err != nil {
		return nil, &RequestError{URL: redact.Typed(url), Err: redact.Cause(url, err)}
	}
	return c.do(ctx, to, nil, "", checks)
}

// parseURL is url.Parse, of a URL with a host: what has none cannot be asked for.
func parseURL(text string) (*url.URL, error) {
	to, err := url.Parse(text)
	if err == nil && to.Host == "" {
		err = errors.New("has no host")
	}
	return to, err
}

// Do is Get for a request with headers of its own. The request has no body;
// its context bounds the wait for a place under the cap as well.
func (c *Client) Do(req *http.Request, checks ...Check) (*Response, error) {
	return c.do(req.Context(), req.URL, req.Header, req.Host, checks)
}

func (c *Client) do(ctx context.Context, to *url.URL, own http.Header, host string, checks []Check) (*Response, error) {
	attempts := 0
	w := c.watch(to)
	r, err := c.d.dress(to, own, host)
	var resp *Response
	if err == nil {
		resp, err = c.d.persist(ctx, w, func() (*Response, error) {
			w.resumed(nil)
			resp, err := c.capped(ctx, r, &attempts, w)
			if err != nil || resp.NotModified {
				return resp, err
			}
			return resp, check(resp, checks)
		})
	}
	if err != nil {
		w.resumed(err)
		return nil, &RequestError{URL: redact.URL(to.String()), Attempts: attempts, Err: err}
	}
	resp.Attempts = attempts
	return resp, nil
}

// Go calls f in another goroutine, one that has done the like before if there
// is any, which is cheaper than a new one. The function it returns waits for f
// to end, and has to be called before Fetch returns.
func (c *Client) Go(f func()) (wait func()) {
	var done sync.WaitGroup
	done.Add(1)
	c.crew.do(func() {
		defer done.Done()
		f()
	})
	return done.Wait
}

func check(resp *Response, checks []Check) error {
	for _, c := range checks {
		if err := c(resp); err != nil {
			return &ContentError{Err: err}
		}
	}
	return nil
}

// capped waits for a place and holds it just as long as the request is open.
// What ends while it waits, for a place or a descriptor, is not an attempt.
func (c *Client) capped(ctx context.Context, r *request, attempts *int, w *watch) (*Response, error) {
	var s shortage
	for {
		slot, err := c.enter(ctx, r.url, w)
		if err != nil {
			return nil, err
		}
		*attempts++
		p := w.probe(slot)
		resp, err := c.d.exchange(ctx, r, p)
		p.end(err)
		// Before the place is free: who gets it next has to find the gate closed.
		c.d.heed(r.url, err)
		if isShort(err) {
			c.d.places.withdraw()
		}
		c.lease.give(slot, err == nil)
		if !isShort(err) {
			c.d.places.regain()
			return resp, err
		}
		if !c.d.relieve(ctx, &s) {
			return nil, causeOr(ctx, err)
		}
		*attempts--
		w.notSent()
	}
}

// enter waits until a request to the host may go out and has a place, whose
// number it returns. It waits for the host and for the rate without holding
// one.
func (c *Client) enter(ctx context.Context, to *url.URL, w *watch) (slot int, err error) {
	wait, kind := c.d.gate.closed(to), KindHostPause
	for {
		if err := w.sleep(ctx, kind, wait); err != nil {
			return 0, err
		}
		if slot, err = c.lease.take(ctx, w); err != nil {
			return 0, err
		}
		// The gate may have closed while this request waited for its place.
		wait, kind = c.d.gate.closed(to), KindHostPause
		if wait == 0 {
			wait, kind = c.d.tooEarly(), KindRateWait
		}
		if wait == 0 {
			return slot, nil
		}
		c.lease.give(slot, false)
	}
}

// tooEarly is how long it takes until the rate may allow another request; 0
// means that it allows one now, and counts it. Those who wait do not reserve
// their turn: it would pass while they wait for a place, and be made up for
// with a burst.
func (d *Downloader) tooEarly() time.Duration {
	if d.rate.Allow() {
		return 0
	}
	missing := 1 - d.rate.Tokens()
	return max(time.Millisecond, time.Duration(missing/float64(d.rate.Limit())*float64(time.Second)))
}

// exchange sends one request and reads its answer to the end.
func (d *Downloader) exchange(ctx context.Context, r *request, p *probe) (*Response, error) {
	start := time.Now()
	a, err := d.ask(ctx, r, p)
	var body *transport.BodyError
	if err != nil && !errors.As(err, &body) {
		return nil, d.explain(ctx, err, "waiting for an answer")
	}
	d.places.ramp.answered(time.Since(start))
	var resp *Response
	switch {
	case body != nil:
		p.answered(http.StatusOK, body.Came)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = cutOff(body.Came, int64(body.Length), body.Err)
		}
	case a.Response == nil:
		p.answered(http.StatusOK, len(a.Body))
		resp, err = d.plain(a)
	default:
		defer a.Response.Body.Close()
		p.answered(a.Response.StatusCode, 0)
		resp, err = d.receive(a.Response, p.counting(a.Response.Body), r)
	}
	if err != nil {
		return nil, d.explain(ctx, err, "reading the body")
	}
	return resp, nil
}

// readAll reads a body of the length announced, or to its end where length is
// -1, into memory sized for it.
func (d *Downloader) readAll(body io.Reader, length int64) ([]byte, error) {
	limit := d.options.MaxSize
	if length > limit {
		return nil, &SizeError{Size: length, Limit: limit}
	}
	// A body is taken at its word for its length only up to a megabyte. One
	// byte more lets the last read see the end.
	first := 32 << 10
	if length >= 0 {
		first = int(min(length+1, 1<<20))
	}
	data := d.buffers.Get(first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, &SizeError{Size: -1, Limit: limit}
		case err == io.EOF:
			return d.buffers.Fit(data), nil
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
