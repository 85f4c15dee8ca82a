package transport

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"
)

// A Trace follows the steps of a request. Its methods may be called by other goroutines
// than the one that makes the request, and after its end.
type Trace interface {
	// Connected is called when the request has a connection; reused says whether that was
	// open before.
	Connected(reused bool)
	// Wrote is called when the request has been sent.
	Wrote()
	// FirstByte is called when an answer begins.
	FirstByte()
	// Dialled is called when dialling has ended, with success or not.
	Dialled(start time.Time, err error)
}

// Traced returns a context through which package http reports its steps to t.
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
