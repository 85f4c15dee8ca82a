package downloader

import (
	"context"
	"errors"
)

// A Downloader runs tasks. It may be used by several goroutines at once and
// for several runs; the cap holds over all of them together.
type Downloader struct{ sender *sender }

// New returns a Downloader. Its Close closes the connections that it keeps.
func New(o Options) *Downloader {
	o = o.withDefaults()
	if o.Transport != nil {
		return &Downloader{newSender(o, nil, o.Transport)}
	}
	proxy := proxyFromEnvironment()
	return &Downloader{newSender(o, newDirect(o, proxy), newOthers(o, proxy))}
}

// Close closes idle connections. It is called when no run is under way.
func (d *Downloader) Close() { d.sender.closeIdle() }

// ErrStopped is the cause of the end of tasks in flight when the caller
// leaves the loop over the results.
var ErrStopped = errors.New("the run was stopped")

// A FullError is the cause of the end of tasks in flight when the disk is
// full.
type FullError struct{ Err error }

func (e *FullError) Error() string { return "given up, as the disk is full: " + e.Err.Error() }
func (e *FullError) Unwrap() error { return e.Err }

// Client returns a Client for requests outside of a run. What they lead to is the
// caller's to keep. In events they are those of a task with this ID.
func (d *Downloader) Client(id string) *Client { return &Client{sender: d.sender, task: id} }

// Get makes one request outside of a run, as [Client.Get] does.
func (d *Downloader) Get(ctx context.Context, url string, checks ...Check) (*Response, error) {
	return d.Client("").Get(ctx, url, checks...)
}
