package transport

import (
	"context"
	"sync"
	"time"
)

// A watch cuts a connection off when the context of the request under way ends, unless
// the request completes soon after.
type watch struct {
	cutOff func() // closes the connection
	linger time.Duration
	stop   func() bool // watching; nil while nothing is watched

	mu   sync.Mutex
	turn int         // counts requests
	cut  *time.Timer // cuts this one off; nil as long as its context has not ended
}

// start begins to watch the context of the request under way.
func (w *watch) start(ctx context.Context) {
	if w.stop == nil {
		w.mu.Lock()
		turn := w.turn
		w.mu.Unlock()
		w.stop = context.AfterFunc(ctx, func() { w.callOff(turn) })
	}
}

// callOff cuts a request off after linger, unless it has ended.
func (w *watch) callOff(turn int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turn == turn {
		w.cut = time.AfterFunc(w.linger, w.cutOff)
	}
}

// end is called when a request ends, and reports whether it was not cut off.
func (w *watch) end() bool {
	if w.stop == nil {
		return true
	}
	w.stop()
	w.stop = nil
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turn++
	intact := w.cut == nil || w.cut.Stop()
	w.cut = nil
	return intact
}
