package flags

import (
	"context"
	"slices"
	"time"

	"getflags/downloader"
)

// Sequential fetches the flags of codes as a simple program would, to compare
// with [Download]: in the caller's goroutine, one request at a time, image
// before metadata, and with each flag's files in store before the next request.
// It sorts the codes, so that the first of the countries that share a name has
// it. It calls done with each result. It returns nil after the last code, or
// the context's cause if ctx ends. d makes the requests; its own store is not
// used.
func Sequential(ctx context.Context, d *downloader.Downloader, store downloader.Store, job Job, codes []Code, done func(Result)) error {
	namer := newNamer(job, store)
	namer.keep(job.keptBeside(codes))
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t := newTask(job, namer, code)
		t.inTurn = true
		done(fetchAndPut(ctx, d.Client(string(code)), store, t))
	}
	return nil
}

func fetchAndPut(ctx context.Context, c *downloader.Client, store downloader.Store, t *task) Result {
	start := time.Now()
	files, err := t.fetch(ctx, c)
	if err == nil {
		err = store.Put(ctx, files)
	}
	r := fetched{Err: err, Elapsed: time.Since(start)}
	for _, f := range files {
		r.Saved = append(r.Saved, downloader.Saved{Name: f.Name, Size: len(f.Data)})
	}
	t.arrive(r)
	return t.result(r)
}
