package downloader

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"getflags/downloader/internal/transport"
	"getflags/internal/redact"
)

// A RequestError is a request that brought no file. Err says why: a
// [*StatusError], a [*SizeError], a [*ContentError], a [*RedirectError], a
// [*TimeoutError], a [*SpeedError], the context's cause, or an error of the network. After
// several attempts it is that of the last.
type RequestError struct {
	URL      string // without a password
	Attempts int    // how many times it was sent; 0 if its turn never came
	Err      error
}

func (e *RequestError) Error() string { return e.URL + ": " + redact.Text(e.Err.Error()) }
func (e *RequestError) Unwrap() error { return e.Err }

// A StatusError is an answer other than 200, or 304 where it was asked for.
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
	Size  int64 // bytes announced, or -1 where the server gave no length
	Limit int64 // bytes
}

func (e *SizeError) Error() string {
	if e.Size < 0 {
		return fmt.Sprintf("body is larger than the %d bytes allowed", e.Limit)
	}
	return fmt.Sprintf("body has %d bytes, more than the %d allowed", e.Size, e.Limit)
}

// A ContentError is an answer of status 200 that is not what was wanted.
type ContentError struct{ Err error }

func (e *ContentError) Error() string { return e.Err.Error() }
func (e *ContentError) Unwrap() error { return e.Err }

// A TimeoutError is a server that was silent for longer than
// [Options].Timeout. It is a [net.Error] whose Timeout is true.
type TimeoutError struct {
	During string // what was waited for
	Limit  time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("timeout: silent for %v while %s", e.Limit, e.During)
}

// Timeout is true.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server awake.
func (e *TimeoutError) Temporary() bool { return true }

// A SpeedError is a body that came more slowly than [Options].SpeedLimit
// allows. It is a [net.Error] whose Timeout is true.
type SpeedError struct {
	Bytes  int64         // that came
	During time.Duration // that was spent waiting for them
	Limit  int64         // bytes per second
}

func (e *SpeedError) Error() string { return (*transport.SlowError)(e).Error() }

// Timeout is true.
func (e *SpeedError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server faster.
func (e *SpeedError) Temporary() bool { return true }

// causeOr is why a context ended, or else err.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
