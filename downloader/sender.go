package downloader

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// A sender makes single attempts, and has everything that requests share. It is safe
// for concurrent use.
type sender struct {
	options  Options
	direct   *transport.Direct // for plain HTTP; nil if the transport is the caller's
	others   http.RoundTripper // for the rest, within bounds
	limiter  *limit.Limiter
	observer *observer // nil if nobody observes
	outfit
	reader
}

// newSender returns a sender that uses direct, unless it is nil, for the requests that
// direct takes, and others for the rest.
func newSender(o Options, direct *transport.Direct, others http.RoundTripper) *sender {
	return &sender{
		options:  o,
		direct:   direct,
		others:   transport.Bound(others, bounds(o)),
		limiter:  limit.New(o.MaxInFlight, o.Rate, o.Observe != nil),
		observer: newObserver(o.Observe),
		outfit:   newOutfit(o.UserAgent, o.Header),
		reader:   reader{maxSize: o.MaxSize, complete: o.Complete, strict: direct != nil},
	}
}

// closeIdle closes idle connections.
func (s *sender) closeIdle() {
	if s.direct != nil {
		s.direct.CloseIdleConnections()
	}
	(&http.Client{Transport: s.others}).CloseIdleConnections()
}

// exchange sends one request and reads its answer to the end.
func (s *sender) exchange(ctx context.Context, r *request, p *probe) (*Response, error) {
	start := time.Now()
	r, a, err := s.ask(ctx, r, p)
	var body *transport.BodyError
	if err != nil && !errors.As(err, &body) {
		return nil, s.explain(ctx, err, "waiting for an answer")
	}
	s.limiter.Answered(time.Since(start))
	var resp *Response
	switch {
	case body != nil:
		p.answered(http.StatusOK, body.Came)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = cutOff(body.Came, int64(body.Length), body.Err)
		}
	case a.Response == nil:
		p.answered(http.StatusOK, len(a.Body))
		resp, err = s.plain(a)
	default:
		defer a.Response.Body.Close()
		resp, err = s.receive(a.Response, p.counting(a.Response.Body), r.conditional)
	}
	if err != nil {
		s.heed(r.url, err) // the host that answered, not the one that redirected to it
		return nil, s.explain(ctx, err, "reading the body")
	}
	return resp, nil
}

// ask sends a request and follows redirects. It returns the last answer and the request
// that it answers.
func (s *sender) ask(ctx context.Context, r *request, p *probe) (*request, transport.Answer, error) {
	a, err := s.carry(ctx, r, p)
	if err != nil || a.Response == nil {
		return r, a, err
	}
	j := &journey{request: r, home: r, userAgent: s.options.UserAgent}
	for {
		if further, err := j.follow(a.Response); !further {
			p.answered(a.Response.StatusCode, 0)
			return j.request, a, err
		}
		if ctx.Err() != nil {
			return j.request, transport.Answer{}, context.Cause(ctx)
		}
		if a, err = s.carry(ctx, j.request, p); err != nil || a.Response == nil {
			return j.request, a, err
		}
	}
}

// carry sends a request by direct if that takes it, or else by others.
func (s *sender) carry(ctx context.Context, r *request, p *probe) (transport.Answer, error) {
	plain := transport.Request{URL: r.url, Host: r.host, Fields: r.fields, MaxBody: s.maxSize, Trace: p.trace()}
	if s.direct != nil && s.direct.Takes(&plain) {
		return s.direct.Get(ctx, &plain, &s.buffers)
	}
	resp, err := s.others.RoundTrip(r.http(transport.Traced(ctx, p.trace())))
	return transport.Answer{Response: resp}, err
}

// heed pauses a host if err is an answer that asks for it.
func (s *sender) heed(to *url.URL, err error) {
	var status *StatusError
	if !errors.As(err, &status) || status.Code != http.StatusTooManyRequests && status.Code != http.StatusServiceUnavailable {
		return
	}
	wait, ok := retryAfter(status.Header.Get("Retry-After"), time.Now())
	wait = min(wait, s.options.RetryMaxWait)
	if !ok || wait <= 0 {
		return
	}
	if s.limiter.Pause(to, wait) && s.options.OnPause != nil {
		s.options.OnPause(Pause{Host: to.Host, For: wait, Code: status.Code})
	}
}

// explain finds the cause behind an error of package http: the context's cause if that
// ended the request, a TimeoutError or SpeedError if it took too long, and otherwise
// the error without the method and URL, which RequestError has.
func (s *sender) explain(ctx context.Context, err error, during string) error {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done() // package net, which knows the deadline, may be a moment earlier
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, cause) {
		return cause // and not an answer that came a moment later
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var slow *transport.SlowError
	if errors.As(err, &slow) {
		return (*SpeedError)(slow)
	}
	var timeout net.Error
	if s.options.Timeout == 0 || !errors.As(err, &timeout) || !timeout.Timeout() {
		return err // without a time-out of ours it is the system's, or the dialler's
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		during = "connecting"
	}
	return &TimeoutError{During: during, Limit: s.options.Timeout}
}
