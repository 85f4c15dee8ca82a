// Package transport carries requests for many small files.
//
// [Direct] is the client for most of them: GET over plain HTTP/1.1, without a proxy. It
// makes a request in the goroutine that asks for it, where package http passes it to two
// others and back, and reads a plain answer straight into the memory that becomes the
// file. It replays any other answer, byte for byte, into package http's parser.
//
// [Connections] carries everything else (https, HTTP/2, proxies) with transports of
// package http, and decides how many connections over HTTP/2 there are. [Bound] limits
// its waits. After a time-out, both stop using connections that may be dead.
package transport
