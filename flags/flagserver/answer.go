package flagserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// pieceSize is the number of bytes per write. It keeps calls few, yet any socket
// accepts the last piece without waiting for the client.
const pieceSize = 64 << 10

// An answer is the ResponseWriter of one request. It counts the bytes and knows
// which write sends the last one.
type answer struct {
	http.ResponseWriter
	request     context.Context // ends when the client leaves
	count       *counter
	number      int64      // the request's number in count
	buffers     *sync.Pool // of *[pieceSize]byte
	isHead      bool
	wroteHeader bool
	left        int64 // bytes of the body still to write; negative: unknown
	released    bool
	failed      bool // a write failed: the client has left
}

// release ends the request's time in flight.
func (a *answer) release() {
	switch {
	case a.released:
		return
	case a.failed || a.request.Err() != nil:
		a.count.abandon(a.number)
	default:
		a.count.leave()
	}
	a.released = true
}

// Unwrap lets [http.ResponseController] reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader records the length of the body.
func (a *answer) WriteHeader(code int) {
	a.wroteHeader = true
	a.left = -1
	if n, err := strconv.ParseInt(a.Header().Get("Content-Length"), 10, 64); err == nil {
		a.left = n
	}
	a.ResponseWriter.WriteHeader(code)
}

// Write writes p in pieces, so that a large body is in flight for as long as
// the client takes to read it.
func (a *answer) Write(p []byte) (int, error) {
	if !a.wroteHeader {
		a.WriteHeader(http.StatusOK)
	}
	written := 0
	for len(p) > pieceSize {
		n, err := a.writePiece(p[:pieceSize])
		written += n
		if err != nil {
			return written, err
		}
		p = p[pieceSize:]
	}
	n, err := a.writePiece(p)
	return written + n, err
}

// writePiece counts before it writes: the client may have the last byte, and
// ask for the stats, before the call returns.
func (a *answer) writePiece(p []byte) (int, error) {
	if a.isHead {
		return a.ResponseWriter.Write(p) // net/http drops it
	}
	a.count.sent(len(p))
	if a.left -= int64(len(p)); a.left == 0 {
		a.release()
	}
	n, err := a.ResponseWriter.Write(p)
	if n != len(p) {
		a.count.sent(n - len(p))
	}
	a.failed = a.failed || err != nil
	return n, err
}

// ReadFrom implements [io.ReaderFrom] for [io.CopyN], and so for
// [http.ServeContent]. It writes a file in memory without copying it.
func (a *answer) ReadFrom(src io.Reader) (int64, error) {
	if limited, ok := src.(*io.LimitedReader); ok {
		if memory, ok := limited.R.(*bytes.Reader); ok && int64(memory.Len()) <= limited.N {
			return memory.WriteTo(a)
		}
	}
	buffer := a.buffers.Get().(*[pieceSize]byte)
	defer a.buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{a}, src, buffer[:])
}

// fail answers with an error status and its text.
func (a *answer) fail(code int) {
	text := fmt.Sprintf("%d %s", code, http.StatusText(code))
	http.Error(a, strings.TrimSpace(text), code)
}

// abort ends the request and cuts the connection. A plain return would complete
// the answer, and the client could mistake it for the whole one.
func abort() { panic(http.ErrAbortHandler) }
