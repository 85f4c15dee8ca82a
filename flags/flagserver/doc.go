// Package flagserver is the web server that flags are practised on: the book's
// LOCAL, DELAY and ERROR servers, with the flags of 194 countries inside.
//
// Start at [New], which makes an [http.Handler] out of a set of files and a
// [Behaviour]; [Set] is the embedded set, [OpenDir] a directory laid out like
// it, and [Local], [Delay] and [Error] are the book's behaviours. [Listen] and
// [Serve] put a handler on the network.
//
// # What is served
//
// The file {cc}/{cc}.gif of the set is /flags/{cc}/{cc}.gif, and so on for
// every regular file, to GET and HEAD, with a strong ETag, Last-Modified,
// Content-Length, conditional requests and ranges (RFC 9110). Whatever is not
// plainly the name of a file is 404: there are no listings and no redirects.
// GET /-/stats answers [Stats] as JSON and is itself not counted, delayed or
// failed. /flags/-/SHA256SUMS is served like a file, but made anew for each
// request: the SHA-256 of all {cc}/{cc}.gif and {cc}/metadata.json as they are
// at that moment, so that a mirror can learn with one request what changed.
//
// # The order of things
//
// Each request waits for its delay first, then meets its fault, if any, one of
// those listed at [Kind]; only then is the file looked for. What falls to a request is a function of the
// seed, the path and how often that path was asked for before, and of nothing
// else, so a run is the same at any concurrency: see [Behaviour.Outcome], which
// is written down so that other programs can compute it too.
//
// The package speaks HTTP/1.1 and 1.0.
package flagserver
