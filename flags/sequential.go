package flags

import (
	"context"
	"iter"
	"time"

	"getflags/downloader"
)

// Sequential fetches the flags of codes as a simple program does, to compare
// with [Download]: in one goroutine, one request at a time, image before
// metadata, and each flag's files put into store before the next is asked for.
// It calls done, in that goroutine, with each result, and returns when all are
// done or, with the context's cause, when ctx ends. d makes the requests; its
// own store is left alone.
func Sequential(ctx context.Context, d *downloader.Downloader, store downloader.Store, job Job, codes []Code, done func(Result)) error {
	fetch := func(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
		names := newNames(job.Name)
		for _, code := range codes {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			done(fetchAndPut(ctx, c, store, &country{job: job, names: names, code: code, inTurn: true}))
		}
		return nil, nil
	}
	for r := range d.Run(ctx, only(downloader.Task{ID: "sequential", Fetch: fetch})) {
		return r.Err
	}
	return context.Cause(ctx)
}

func fetchAndPut(ctx context.Context, c *downloader.Client, store downloader.Store, t *country) Result {
	start := time.Now()
	files, err := t.fetch(ctx, c)
	if err == nil {
		err = store.Put(files)
	}
	if err != nil {
		return t.result(downloader.Result{Err: err, Elapsed: time.Since(start)})
	}
	saved := make([]downloader.Saved, len(files))
	for i, f := range files {
		saved[i] = downloader.Saved{Name: f.Name, Size: len(f.Data)}
	}
	return t.result(downloader.Result{Saved: saved, Elapsed: time.Since(start)})
}

// only is a sequence of one task.
func only(t downloader.Task) iter.Seq[downloader.Task] {
	return func(yield func(downloader.Task) bool) { yield(t) }
}
