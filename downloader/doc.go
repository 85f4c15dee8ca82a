// Package downloader fetches many small files over HTTP, concurrently, and saves them in
// a directory, each whole or not at all.
//
// Start at [New] and [Run]. A [Task] is an ID and a function that makes requests and
// returns a value and the files to write. Run takes a sequence of tasks and yields a
// [Result] for each, in the order in which they are completed:
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
// For a single request, without a task, use [Downloader.Get].
//
// # How a file travels
//
// As many workers as slots are open take one task after another (team.go). Each request
// holds one of [Options].MaxInFlight slots, from before its connection is dialled until
// the last byte of the body has been read, and nothing else is done while it is held
// (exchange.go). Most slots are opened only when the first answers, or their absence,
// show that more will help (internal/limit). A task's second request is made by any
// worker that is free. A plain answer is read straight into the memory that becomes the
// file (internal/transport). Files then go to the write queue and from there to a
// separate pool of writers: no worker waits for the disk until the queue holds
// [Options].Buffer bytes (writequeue.go). A writer puts the files into the [Store]
// (put.go); a [Dir] writes them under temporary names and renames them (dir.go). Only
// then is the result delivered.
//
// [Options].Observe is called with an [Event] for each of these steps. Package
// getflags/downloader/stats sums events up, and getflags/downloader/trace draws them.
//
// Cancelling the context, or breaking out of the loop over the results, stops the run:
// no further task starts, requests in flight are aborted, and files in the write queue
// are still written. When the loop ends, every goroutine of the run has ended.
package downloader
