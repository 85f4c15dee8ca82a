// Package flagserver is a web server to test downloads of flags: the book's
// LOCAL, DELAY and ERROR servers, with the flags of 194 countries inside.
//
// Start with [New], which makes an [http.Handler] from a set of files and a
// [Behaviour]. [Set] is the embedded set, [OpenDir] opens a directory with the
// same layout, and [Local], [Delay] and [Error] are the book's behaviours.
// [Listen] and [Serve] put a handler on the network.
//
// # Files
//
// The server offers the set's file {cc}/{cc}.gif as /flags/{cc}/{cc}.gif, and
// every other regular file likewise. It answers GET and HEAD, with a strong
// ETag, Last-Modified, Content-Length, conditional requests and ranges (RFC
// 9110). Any other path is 404: there are no listings and no redirects.
//
// GET /-/stats answers [Stats] as JSON, and is itself not counted, delayed or
// failed. /flags/-/SHA256SUMS is served like a file, but made anew for each
// request. It lists the current SHA-256 of all {cc}/{cc}.gif and
// {cc}/metadata.json, so that a mirror learns all changes with one request.
//
// # Order
//
// Each request first waits for its delay and then meets its fault, if it has one
// (see [Kind]). Only then does the server look for the file. The outcome of a
// request depends only on the seed, the path, and the number of earlier requests
// for that path. So a run is the same at any concurrency. [Behaviour.Outcome]
// documents the computation, so that other programs can repeat it.
//
// The package speaks HTTP/1.1 and 1.0.
package flagserver
