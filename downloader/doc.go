// Package downloader fetches many small files over HTTP, concurrently, and
// puts them into a directory, each whole or not at all.
//
// Start at [New] and [Downloader.Run]. A [Task] is an ID and a function that
// makes the task's requests and returns the files to write; Run takes a
// sequence of tasks and yields a [Result] for each, in the order in which
// they are completed:
//
//	dir, err := downloader.OpenDir("pictures")
//	...
//	defer dir.Close()
//	d := downloader.New(dir, downloader.Options{MaxRequests: 20})
//	defer d.Close()
//	for result := range d.Run(ctx, tasks) {
//		fmt.Println(result.Task.ID, result.Err)
//	}
//
// # How a file travels
//
// A task runs in a network worker. Each request it makes takes one place under
// the cap, [Options].MaxRequests, from before the connection is dialled until
// the last byte of the body has been read, and nothing else is done while a
// place is held (cap.go). Most places are held back until the first answers,
// or their absence, tell that they are of use (ramp.go). The files a task
// returns are handed over to a separate pool of writers, so that no network
// worker waits for the disk until the files that wait take up [Options].Buffer
// bytes (handover.go). The writer puts them into the [Store]; that of
// [OpenDir] writes under a temporary name and renames (put.go). Only then is
// the result delivered.
//
// [Options].Observe is told of all this, stretch by stretch (event.go); package
// getflags/downloader/stats sums it up, and getflags/downloader/trace draws it.
//
// Cancelling the context, or breaking out of the loop over the results, stops
// the run: no task is started any more, requests in flight are aborted, files
// already handed over are still written, and when the loop ends every
// goroutine of the run has ended.
package downloader
