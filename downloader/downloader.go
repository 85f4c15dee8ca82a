package downloader

import (
	"context"
	"errors"
)

// A Downloader runs tasks and makes single requests. It is safe for concurrent use and
// for several runs at once; the cap holds for all of them together.
type Downloader struct{ sender *sender }

// New returns a Downloader. Call its Close to close the connections that it keeps.
func New(o Options) *Downloader {
	o = o.withDefaults()
	if o.Transport != nil {
		return &Downloader{newSender(o, nil, o.Transport)}
	}
	proxy := proxyFromEnvironment()
	return &Downloader{newSender(o, newDirect(o, proxy), newOthers(o, proxy))}
}

// Close closes idle connections. Call it when no run is under way.
func (d *Downloader) Close() { d.sender.closeIdle() }

// ErrStopped is the context's cause for tasks under way when the caller leaves the loop
// over the results.
var ErrStopped = errors.New("the run was stopped")

// A FullError is the context's cause for tasks under way when the disk is full.
type FullError struct{ Err error }

func (e *FullError) Error() string { return "given up, as the disk is full: " + e.Err.Error() }
func (e *FullError) Unwrap() error { return e.Err }

// Client returns a Client for requests outside of a run. Their events have id as their
// task.
func (d *Downloader) Client(id string) *Client { return &Client{sender: d.sender, task: id} }

// Get makes one request outside of a run, under the same cap. See [Client.Get].
func (d *Downloader) Get(ctx context.Context, url string, checks ...Check) (*Response, error) {
	return d.Client("").Get(ctx, url, checks...)
}
