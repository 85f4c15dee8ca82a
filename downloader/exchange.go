package downloader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// An exchange is one request with all attempts at it.
type exchange struct {
	*Client
	*request
	checks   []Check
	attempts int
	wanted   time.Time // when the request was wanted, if it is observed and that was before
	watch    *watch    // nil where nobody observes
	aside    bool      // whether its worker waits without needing a slot
}

// attempt makes one attempt, checks included.
func (x *exchange) attempt(ctx context.Context) (*Response, error) {
	resp, err := x.inSlot(ctx)
	if err != nil || resp.NotModified {
		return resp, err
	}
	return resp, check(resp, x.checks)
}

// inSlot waits for a slot and holds it just as long as the request is open. What
// ends while it waits, for a slot or a descriptor, is not an attempt.
func (x *exchange) inSlot(ctx context.Context) (*Response, error) {
	var s shortage
	for {
		resp, err := x.send(ctx)
		if !isShort(err) {
			return resp, err
		}
		if !x.d.relieve(ctx, &s) {
			return nil, causeOr(ctx, err)
		}
		x.attempts--
		x.watch.notSent()
	}
}

// send makes an attempt as soon as it may start.
func (x *exchange) send(ctx context.Context) (*Response, error) {
	slot, err := x.d.limiter.Acquire(ctx, x.url, x)
	if err != nil {
		return nil, err
	}
	x.gotSlot(slot)
	x.attempts++
	p := x.watch.probe(slot)
	resp, err := x.d.exchange(ctx, x.request, p)
	p.end(err)
	// Before the slot is free: who gets it next has to find the pause begun.
	x.d.heed(x.url, err)
	if isShort(err) {
		x.d.limiter.Withdraw()
	} else {
		x.d.limiter.Regain()
	}
	x.d.limiter.Release(slot)
	return resp, err
}

// Waits implements [limit.Waiter]. Another may work meanwhile, unless it is for a
// slot.
func (x *exchange) Waits(w limit.Wait) (ended func(slot int, err error)) {
	if w != limit.ForSlot {
		x.stepAside()
	}
	start := x.watch.now()
	if w == limit.ForSlot && !x.wanted.IsZero() {
		start, x.wanted = x.wanted, time.Time{}
	}
	return func(slot int, err error) {
		x.stepBack()
		x.watch.waited(waitKinds[w], slot, start, err)
	}
}

// gotSlot tells of the wait of a request that had to be taken up by somebody.
func (x *exchange) gotSlot(slot int) {
	if !x.wanted.IsZero() {
		x.watch.waited(KindSlotWait, slot, x.wanted, nil)
		x.wanted = time.Time{}
	}
}

// stepAside says that others may work in place of this one, until stepBack.
func (x *exchange) stepAside() {
	if x.team != nil && !x.aside {
		x.aside = true
		x.team.stepAside()
	}
}

func (x *exchange) stepBack() {
	if x.aside {
		x.aside = false
		x.team.stepBack()
	}
}

// exchange sends one request and reads its answer to the end.
func (d *Downloader) exchange(ctx context.Context, r *request, p *probe) (*Response, error) {
	start := time.Now()
	a, err := d.ask(ctx, r, p)
	var body *transport.BodyError
	if err != nil && !errors.As(err, &body) {
		return nil, d.explain(ctx, err, "waiting for an answer")
	}
	d.limiter.Answered(time.Since(start))
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
	most := d.options.MaxSize
	if length > most {
		return nil, &SizeError{Size: length, Limit: most}
	}
	// A body is taken at its word for its length only up to a megabyte. One
	// byte more lets the last read see the end.
	first := 32 << 10
	if length >= 0 {
		first = int(min(length+1, limit.Believed))
	}
	data := d.buffers.Get(first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > most:
			return nil, &SizeError{Size: -1, Limit: most}
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
