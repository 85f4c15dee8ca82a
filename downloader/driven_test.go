package downloader

import (
	"context"
	"iter"
)

// task is one whose result has no value.
type task = Task[struct{}]

// driven is a Downloader and the store that it puts files into.
type driven struct {
	*Downloader
	store Store
}

func newDriven(store Store, o Options) *driven { return &driven{New(o), store} }

func (d *driven) Run(ctx context.Context, tasks iter.Seq[task]) iter.Seq[Result[struct{}]] {
	return Run(ctx, d.Downloader, d.store, tasks)
}

// fetching is a task's Fetch without a value.
func fetching(fetch func(context.Context, *Client) ([]File, error)) func(context.Context, *Client) (struct{}, []File, error) {
	return func(ctx context.Context, c *Client) (struct{}, []File, error) {
		files, err := fetch(ctx, c)
		return struct{}{}, files, err
	}
}
