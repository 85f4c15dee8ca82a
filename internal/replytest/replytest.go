// Package replytest makes HTTP/1.1 answers, whole and broken ones, and judges
// what a client may take from them. Tests of all that reads answers share it; it
// knows nothing of how they are read.
package replytest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Form is a way in which a server may give an answer.
type Form struct {
	Name  string
	reply func(body string) string
}

// Reply is the answer of this form with a body.
func (f Form) Reply(body []byte) []byte { return []byte(f.reply(string(body))) }

// Forms are those in which an answer tells where it ends.
func Forms() []Form {
	sized := func(head string) func(string) string {
		return func(body string) string {
			return head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body
		}
	}
	chunked := func(head, end string) func(string) string {
		return func(body string) string {
			return head + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body) + end
		}
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	return []Form{
		{"length", sized(ok)},
		{"length, HTTP/1.0", sized("HTTP/1.0 200 OK\r\nConnection: close\r\n")},
		{"length, more fields", sized(ok + "Server: test/1\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nETag: \"x\"\r\n")},
		{"chunks", chunked(ok, "0\r\n\r\n")},
		{"chunks, trailers", chunked(ok+"Trailer: X-Sum\r\n", "0\r\nX-Sum: 1\r\n\r\n")},
		{"announced", sized("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok)},
	}
}

// chunks is a body in two chunks, the first with an extension, without the last.
func chunks(body string) string {
	var b strings.Builder
	half := len(body) / 2
	for i, part := range []string{body[:half], body[half:]} {
		if part != "" {
			fmt.Fprintf(&b, "%x%s\r\n%s\r\n", len(part), []string{";x=1", ""}[i], part)
		}
	}
	return b.String()
}

// Unsized is an answer whose end only the connection's tells, with any version
// in its status line.
func Unsized(version string, body []byte) []byte {
	return slices.Concat([]byte(version+" 200 OK\r\n\r\n"), body)
}

// Mutate returns a reply with one to three small changes.
func Mutate(r *rand.Rand, reply []byte) []byte {
	reply = bytes.Clone(reply)
	for range 1 + r.IntN(3) {
		reply = change(r, reply)
	}
	return reply
}

// change makes one change: a byte put in, out, or another in its place, most
// often of those that mean something in a header, a piece cut out or put in
// twice, the rest cut off, a line put in.
func change(r *rand.Rand, reply []byte) []byte {
	const telling = "0123456789 \t\r\n:;,/.HTP-\x00\x80"
	if len(reply) == 0 {
		return []byte{telling[r.IntN(len(telling))]}
	}
	at := r.IntN(len(reply))
	if head := bytes.Index(reply, []byte("\r\n\r\n")); head > 0 && r.IntN(3) > 0 {
		at = r.IntN(head + 4)
	}
	to := min(len(reply), at+1+r.IntN(12))
	b := telling[r.IntN(len(telling))]
	switch r.IntN(8) {
	case 0:
		return slices.Insert(reply, at, b)
	case 1:
		return slices.Delete(reply, at, at+1)
	case 2:
		return slices.Delete(reply, at, to)
	case 3:
		return slices.Insert(reply, at, bytes.Clone(reply[at:to])...)
	case 4:
		return reply[:at]
	case 5:
		return slices.Insert(reply, at, lines()[r.IntN(len(lines()))]...)
	default:
		reply[at] = b
		return reply
	}
}

// lines are what means something where a line of a header may be, and elsewhere.
func lines() [][]byte {
	return [][]byte{
		[]byte("\r\nContent-Length: 3\r\n"), []byte("Content-Length: 5\r\n"), []byte("\r\n\r\n"), []byte("\n\n"),
		[]byte("\r\nTransfer-Encoding: chunked\r\n"), []byte("\r\nTransfer-Encoding: gzip, chunked\r\n"),
		[]byte("\r\nConnection: keep-alive\r\n"), []byte("\r\n folded"), []byte("HTTP/1.1 200 OK\r\n"),
		[]byte("HTTP/2.0 200 OK\r\n\r\n"), []byte("HTTP/1.1 100 Continue\r\n\r\n"), []byte("0\r\n\r\n"), []byte("1\r\n"),
		[]byte("HTTP/1.1 204 No Content\r\n\r\n"), []byte("HTTP/1.1 304 Not Modified\r\n\r\n"),
	}
}
