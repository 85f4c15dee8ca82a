package downloader

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"getflags/internal/redact"
)

// A Client makes requests, each in a slot of its own. That of a task must not be used
// after its Fetch returns; that of [Downloader.Client] has no such end. It is safe for
// concurrent use.
type Client struct {
	sender *sender
	team   *team  // of the run; nil outside of one
	task   string // its ID
}

// A Request is a GET request.
type Request struct {
	URL string
	// Header has fields for this request alone. A field that sets a condition makes an
	// answer of 304 acceptable; see [Response].NotModified.
	Header http.Header
	Checks []Check
	// Ended, unless nil, is called with the request's error, or nil, as soon as the
	// request has ended, by the goroutine that made it.
	Ended func(error)
}

// A Reply is the outcome of a request: a response or an error.
type Reply struct {
	Response *Response
	Err      error
}

// Get fetches a URL and retries failures that may pass (see [Options].Retries). Every
// error is a [*RequestError] that names the URL and wraps the cause: a [*StatusError] if
// the status is neither 200 nor, after a condition, 304; a [*ContentError] if a check
// fails; and so on. When ctx ends, so does the request, or its wait for a slot, and the
// error wraps the context's cause.
func (c *Client) Get(ctx context.Context, url string, checks ...Check) (*Response, error) {
	return c.Do(ctx, Request{URL: url, Checks: checks})
}

// Do does what Get does for a request that has more than a URL.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	reply := c.reply(ctx, r, time.Time{})
	return reply.Response, reply.Err
}

// GetAll makes requests at the same time, as far as slots are free, and returns their
// replies in the order of the requests.
func (c *Client) GetAll(ctx context.Context, requests ...Request) []Reply {
	replies := make([]Reply, len(requests))
	if len(requests) == 0 {
		return replies
	}
	since := c.sender.observer.now()
	others := make([]errand, len(requests)-1)
	for i := range others {
		e := &others[i]
		e.done = make(chan struct{})
		e.do = func() {
			defer close(e.done)
			replies[i+1] = c.reply(ctx, requests[i+1], since)
		}
		c.offer(e)
	}
	replies[0] = c.reply(ctx, requests[0], time.Time{})
	for i := range others {
		if e := &others[i]; c.team != nil && c.team.reclaim(e) {
			e.do()
		}
	}
	for i := range others {
		c.await(&others[i])
	}
	return replies
}

func (c *Client) offer(e *errand) {
	if c.team == nil {
		go e.do()
		return
	}
	c.team.offer(e)
}

// await waits for an errand that another worker has taken, and lets others work in the
// meantime.
func (c *Client) await(e *errand) {
	select {
	case <-e.done:
		return
	default:
	}
	if c.team != nil {
		c.team.stepAside()
		defer c.team.stepBack()
	}
	<-e.done
}

// reply makes a request. since is when the request was first wanted, or zero if that is
// now.
func (c *Client) reply(ctx context.Context, r Request, since time.Time) (reply Reply) {
	reply.Response, reply.Err = c.do(ctx, r, since)
	if r.Ended != nil {
		r.Ended(reply.Err)
	}
	return reply
}

func (c *Client) do(ctx context.Context, r Request, since time.Time) (*Response, error) {
	to, err := parseURL(r.URL)
	if err != nil {
		return nil, &RequestError{URL: redact.Typed(r.URL), Err: redact.Cause(r.URL, err)}
	}
	x := &exchange{sender: c.sender, team: c.team, checks: r.Checks, wanted: since, watch: c.watch(to)}
	var resp *Response
	if x.request, err = c.sender.dress(to, r.Header); err == nil {
		resp, err = x.persist(ctx)
	}
	if err != nil {
		return nil, &RequestError{URL: redact.URL(to.String()), Attempts: x.attempts, Err: err}
	}
	resp.Attempts = x.attempts
	return resp, nil
}

// parseURL is url.Parse for a URL that must have a host.
func parseURL(text string) (*url.URL, error) {
	to, err := url.Parse(text)
	if err == nil && to.Host == "" {
		err = errors.New("has no host")
	}
	return to, err
}

// watch makes the observer watch a request.
func (c *Client) watch(to *url.URL) *watch { return c.sender.observer.watch(c.task, to) }
