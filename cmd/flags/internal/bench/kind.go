package bench

import (
	"context"

	"getflags/downloader"
	"getflags/flags"
)

// A kind is a way in which the engine makes many requests.
type kind struct {
	name   string
	usage  string // for the help
	inline bool   // files are written in the slot of a request
	// settings are its modes for some m and numbers of writers, as far as the
	// kind decides: Requests, Writers, Way and Alone.
	settings func(requests, writers []int) []Mode
	fetch    fetch
	ideal    func(Work, Mode) float64 // see [Mode]
}

// fetch fetches a job's flags into a directory and calls done with each result.
type fetch func(ctx context.Context, d *downloader.Downloader, dir downloader.Store, job flags.Job, codes []flags.Code, done func(flags.Result)) error

// allAtOnce leaves it to the engine how many requests are open.
func allAtOnce(ctx context.Context, d *downloader.Downloader, dir downloader.Store, job flags.Job, codes []flags.Code, done func(flags.Result)) error {
	for result := range flags.Download(ctx, d, dir, job, codes) {
		done(result)
	}
	return nil
}
