// Package transport carries the requests for many small files.
//
// [Direct] is a [net/http.RoundTripper] for what most of them are: plain HTTP
// without a proxy. It does a request in the goroutine that makes it, where
// package http's own transport passes it to two others and back; for small
// files that is most of the work. Requests and answers are written and read by
// package http. Whatever else there is, https, HTTP/2, proxies, request
// bodies, it leaves to another transport.
//
// [Connections] is that other: it has package http's transports make no more
// connections over HTTP/2 than are of use. Both take another connection after a
// time-out than those that may be dead. [Bound] bounds its waits.
package transport
