package downloader

import (
	"context"
	"time"
)

// A Task is one unit of work: some requests and the files that result from them.
type Task[T any] struct {
	// ID names the task in its result and in events. It is not interpreted.
	ID string
	// Fetch makes as many requests through c as it needs and returns a value for the
	// result, the files to write, if any, and an error; the value counts even with an
	// error. A goroutine of the run calls it. It must return when ctx is done, and must
	// not use c afterwards.
	Fetch func(ctx context.Context, c *Client) (T, []File, error)
}

// A Result tells how a task ended. It is delivered once the task's files are in place,
// or once it is certain that they never will be.
type Result[T any] struct {
	ID    string // the task's
	Value T      // what Fetch returned
	// Saved are the files written, in the order in which Fetch returned them; nil if
	// Err is not nil.
	Saved []Saved
	// Elapsed is the time from the task's start to its end, including all waits: for
	// slots, between attempts and for the disk.
	Elapsed time.Duration
	// Err is the error of Fetch or of the store. If the run ended before the task did,
	// it wraps the context's cause.
	Err error
}
