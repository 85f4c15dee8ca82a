package transport

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"
)

// A Trace is told of the steps of a request as they are done, and may be told
// of some by others than who made the request, and after its end.
type Trace interface {
	// Connected is told that the request has a connection, and whether it was
	// open before.
	Connected(reused bool)
	// Wrote is told that the request was sent.
	Wrote()
	// FirstByte is told that an answer has begun.
	FirstByte()
	// Dialled is told that a connection was made, or not.
	Dialled(start time.Time, err error)
}

// Traced returns a context in which package http tells a trace what it does.
func Traced(ctx context.Context, t Trace) context.Context {
	if t == nil {
		return ctx
	}
	var mu sync.Mutex
	dials := map[string]time.Time{} // by address
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(info httptrace.GotConnInfo) { t.Connected(info.Reused) },
		WroteRequest:         func(httptrace.WroteRequestInfo) { t.Wrote() },
		GotFirstResponseByte: t.FirstByte,
		ConnectStart: func(_, address string) {
			mu.Lock()
			defer mu.Unlock()
			dials[address] = time.Now()
		},
		ConnectDone: func(_, address string, err error) {
			mu.Lock()
			start := dials[address]
			mu.Unlock()
			t.Dialled(start, err)
		},
	})
}
