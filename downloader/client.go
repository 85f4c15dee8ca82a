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

// A Response is an answer with status 200 whose body has arrived whole, or one
// with 304 to a request that set a condition of its own.
type Response struct {
	// NotModified says that the answer was 304: what the request's condition
	// (If-None-Match, If-Modified-Since; RFC 9110, section 13.1) describes is
	// still current. There is no body, and checks are not made. Only a condition
	// in the header of the request given to [Client.Do] counts.
	NotModified bool
	// Header is the answer's. Where the server coded the body with gzip, though
	// it was not asked to, Body is decoded, and Content-Encoding and
	// Content-Length are left out.
	Header   http.Header
	Body     []byte
	Attempts int // how many times the request was sent until it succeeded
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, &RequestError{URL: redact.Typed(url), Err: redact.Cause(url, err)}
	}
	return c.Do(req, checks...)
}

// Do is Get for a request with headers of its own. The request has no body;
// its context bounds the wait for a place under the cap as well.
func (c *Client) Do(req *http.Request, checks ...Check) (*Response, error) {
	attempts := 0
	w := c.watch(req)
	resp, err := c.d.persist(req.Context(), w, func() (*Response, error) {
		w.resumed(nil)
		resp, err := c.capped(req, &attempts, w)
		if err != nil {
			return nil, err
		}
		if resp.NotModified {
			return resp, nil
		}
		return resp, check(resp, checks)
	})
	if err != nil {
		w.resumed(err)
		return nil, &RequestError{URL: redact.URL(req.URL.String()), Attempts: attempts, Err: err}
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
func (c *Client) capped(req *http.Request, attempts *int, w *watch) (*Response, error) {
	var s shortage
	for {
		slot, err := c.enter(req.Context(), req.URL, w)
		if err != nil {
			return nil, err
		}
		*attempts++
		p := w.probe(slot)
		resp, err := c.d.exchange(req, p)
		p.end(err)
		// Before the place is free: who gets it next has to find the gate closed.
		c.d.heed(req.URL, err)
		if isShort(err) {
			c.d.places.withdraw()
		}
		c.lease.give(slot, err == nil)
		if !isShort(err) {
			c.d.places.regain()
			return resp, err
		}
		if !c.d.relieve(req.Context(), &s) {
			return nil, causeOr(req.Context(), err)
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
func (d *Downloader) exchange(req *http.Request, p *probe) (*Response, error) {
	ctx, start, conditional := req.Context(), time.Now(), isConditional(req.Header)
	resp, err := d.send(d.dress(req.WithContext(p.into(ctx))))
	if err != nil {
		return nil, d.explain(ctx, err, "waiting for an answer")
	}
	defer resp.Body.Close()
	d.places.ramp.answered(time.Since(start))
	p.answered(resp.StatusCode)
	// Where a redirect led to another origin, the condition was left behind.
	conditional = conditional && isConditional(resp.Request.Header)
	answer, err := d.receive(resp, p.counting(resp.Body), conditional)
	if err != nil {
		return nil, d.explain(ctx, err, "reading the body")
	}
	return answer, nil
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
	data := d.bodies.get(first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, &SizeError{Size: -1, Limit: limit}
		case err == io.EOF:
			return d.bodies.fit(data), nil
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
