package downloader

import (
	"context"
	"time"
)

// A Task is one unit of work: some requests, and the files that come of them.
type Task[T any] struct {
	// ID names the task in its result and in events. It is not interpreted.
	ID string
	// Fetch makes the task's requests through c, as many as it needs, and returns
	// the files to write, if any, and a value for the result, also beside an error.
	// It must return when ctx is done, and must not use c afterwards. It is called
	// in a goroutine of the run.
	Fetch func(ctx context.Context, c *Client) (T, []File, error)
}

// A Result tells how a task ended. It is delivered once the task's files are
// in place, or once it is certain that they will not be.
type Result[T any] struct {
	ID    string // the task's
	Value T      // what Fetch returned
	// Saved are the files written, in the order Fetch returned them; nil
	// where Err is not.
	Saved []Saved
	// Elapsed is the time from the task's start until its end, waits for a
	// slot, for retries and for the disk included.
	Elapsed time.Duration
	// Err is the error of Fetch or of the store. A task that the end of the
	// run overtook has an error that wraps the context's cause.
	Err error
}
