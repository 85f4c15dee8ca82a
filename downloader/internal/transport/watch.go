package transport

import (
	"context"
	"sync"
	"time"
)

// A watch closes a connection when the context of the request under way ends,
// unless the request comes to its end soon. Most requests on a connection have
// the same context, or one that ends with it, so the watch stays from one to
// the next.
type watch struct {
	cutOff func() // closes the connection
	linger time.Duration
	stop   func() bool // watching; nil while nothing is watched

	mu   sync.Mutex
	done <-chan struct{} // of the context that is watched
	busy bool            // whether a request is under way
	cut  *time.Timer     // cuts it off; nil as long as its context has not ended
}

// begin is told of a request's context.
func (w *watch) begin(ctx context.Context) {
	done := ctx.Done()
	w.mu.Lock()
	isNew := w.done != done
	w.done, w.busy, w.cut = done, true, nil
	w.mu.Unlock()
	if isNew {
		w.leave()
		if done != nil {
			w.stop = context.AfterFunc(ctx, func() { w.callOff(done) })
		}
	}
	if ctx.Err() != nil { // while nothing was under way, perhaps
		w.callOff(done)
	}
}

// callOff cuts off the request under way, soon, if its context is the one with
// this channel.
func (w *watch) callOff(done <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy && w.done == done && w.cut == nil {
		w.cut = time.AfterFunc(w.linger, w.cutOff)
	}
}

// end is told of a request's end, and reports whether it was not cut off.
func (w *watch) end() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	return w.cut == nil || w.cut.Stop()
}

// leave ends watching.
func (w *watch) leave() {
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
}
