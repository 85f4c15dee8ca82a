package downloader

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"getflags/downloader/internal/transport"
	"getflags/internal/redact"
)

// A RequestError is the error of a request that failed. Err says why: a
// [*StatusError], a [*SizeError], a [*ContentError], a [*RedirectError], a
// [*TimeoutError], a [*SpeedError], a [*ProxyError], the context's cause, or an error
// of the network. After several attempts it is the error of the last.
type RequestError struct {
	URL      string // without a password
	Attempts int    // how many times the request was sent; 0 if it never was
	Err      error
}

func (e *RequestError) Error() string { return e.URL + ": " + redact.Text(e.Err.Error()) }
func (e *RequestError) Unwrap() error { return e.Err }

// A StatusError is an answer with a status other than 200, or 304 after a condition.
type StatusError struct {
	Code   int
	Header http.Header
}

func (e *StatusError) Error() string {
	if text := http.StatusText(e.Code); text != "" {
		return fmt.Sprintf("%d %s", e.Code, text)
	}
	return fmt.Sprintf("status %d", e.Code)
}

// A SizeError is a body larger than [Options].MaxSize.
type SizeError struct {
	Size  int64 // bytes announced, or -1 if the server announced no length
	Limit int64 // bytes
}

func (e *SizeError) Error() string {
	if e.Size < 0 {
		return fmt.Sprintf("body is larger than the %d bytes allowed", e.Limit)
	}
	return fmt.Sprintf("body has %d bytes, more than the %d allowed", e.Size, e.Limit)
}

// A ContentError is an answer with status 200 whose content is wrong.
type ContentError struct{ Err error }

func (e *ContentError) Error() string { return e.Err.Error() }
func (e *ContentError) Unwrap() error { return e.Err }

// A TimeoutError means that the server was silent for longer than [Options].Timeout. It
// is a [net.Error] whose Timeout method returns true.
type TimeoutError struct {
	During string // what the request was waiting for, such as "connecting"
	Limit  time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("timeout: silent for %v while %s", e.Limit, e.During)
}

// Timeout is true.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server awake.
func (e *TimeoutError) Temporary() bool { return true }

// A SpeedError means that a body arrived more slowly than [Options].SpeedLimit allows.
// It is a [net.Error] whose Timeout method returns true.
type SpeedError struct {
	Bytes  int64         // that arrived
	During time.Duration // time spent waiting for them
	Limit  int64         // bytes per second
}

func (e *SpeedError) Error() string { return (*transport.SlowError)(e).Error() }

// Timeout is true.
func (e *SpeedError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server faster.
func (e *SpeedError) Temporary() bool { return true }

// causeOr returns why ctx ended, or err if it has not.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
