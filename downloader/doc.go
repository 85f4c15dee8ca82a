// Package downloader fetches many small files over HTTP, concurrently, and
// puts them into a directory, each whole or not at all.
//
// Start at [New] and [Run]. A [Task] is an ID and a function that makes the
// task's requests and returns a value and the files to write; Run takes a sequence
// of tasks and yields a [Result] for each, in the order in which they are
// completed:
//
//	dir, err := downloader.OpenDir("pictures")
//	...
//	defer dir.Close()
//	d := downloader.New(downloader.Options{MaxInFlight: 20})
//	defer d.Close()
//	for r := range downloader.Run(ctx, d, dir, tasks) {
//		fmt.Println(r.ID, r.Value, r.Err)
//	}
//
// One request, without a task, is [Downloader.Get].
//
// # How a file travels
//
// As many workers as there are slots take one task after another (team.go). Each
// request holds a slot, of which there are [Options].MaxInFlight, from before the
// connection is dialled until the last byte of the body has been read, and nothing
// else is done meanwhile (exchange.go). Most slots are opened only when the first
// answers, or their absence, tell that they are of use (internal/limit). A task's
// second request is made by whoever is free. A plain answer is read straight into
// the memory that becomes the file (internal/transport). The files go to the write
// queue, and so to a separate pool of writers: no worker waits for the disk until
// the files in the queue take up [Options].Buffer bytes (writequeue.go). A writer
// puts them into the [Store] (put.go); that of [OpenDir] writes under a temporary name
// and renames (dir.go). Only then is the result delivered.
//
// [Options].Observe is told of all this, stretch by stretch, as an [Event]; package
// getflags/downloader/stats sums it up, and getflags/downloader/trace draws it.
//
// Cancelling the context, or breaking out of the loop over the results, stops
// the run: no task is started any more, requests in flight are aborted, files
// in the write queue are still written, and when the loop ends every goroutine of
// the run has ended.
package downloader
