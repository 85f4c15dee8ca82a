package downloader

import (
	"runtime"
	"sync"
	"time"
)

// A ramp holds most places under the cap back at first, until they are of use.
// A server that answers at once is served best by a few connections, used again
// and again: to begin a task and to dial for each place would cost more than
// the requests. A slow server needs all of them. So where requests wait,
//
//   - all places are given when for a moment no request has got a place or an
//     answer;
//   - as many more as are open are given when answers take hardly longer than
//     the fastest did, as neither the server nor this program is busy then, or
//     when they are slow.
//
// Places that are given stay. A ramp is safe for concurrent use.
type ramp struct {
	give func(places int64)

	mu      sync.Mutex
	open    int64 // places that are not held back
	held    int64
	waiting int         // requests without a place
	moved   time.Time   // when a request last got a place or an answer
	alarm   *time.Timer // set while requests wait

	answers int64         // since the last look at them; those on new connections do not count
	sum     time.Duration // of what they took
	fastest time.Duration // answer of all
}

const (
	atOnce = 8 // places that are open from the start
	moment = 2 * time.Millisecond
	// longMoment is one in which this program does not get round to its work.
	longMoment = 20 * moment
	slow       = 2 * moment // for an answer
)

// newRamp is for a cap of n places. It takes for given that nobody else has
// those that it holds.
func newRamp(n int, give func(places int64)) *ramp {
	open := int64(min(n, atOnce))
	return &ramp{give: give, open: open, held: int64(n) - open, answers: -open}
}

// wait says that a request waits for a place, and waited that it does so no
// more.
func (r *ramp) wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting++
	if r.alarm == nil && r.held > 0 {
		r.alarm = time.AfterFunc(moment, r.ring)
	}
}

func (r *ramp) waited() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting--
}

// begun says that a request has got a place.
func (r *ramp) begun() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held > 0 {
		r.moved = time.Now()
	}
}

// answered says that an answer took so long to begin.
func (r *ramp) answered(took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == 0 {
		return
	}
	r.moved = time.Now()
	if r.fastest == 0 || took < r.fastest {
		r.fastest = took
	}
	if r.answers++; r.answers > 0 {
		r.sum += took
	}
	if r.answers < r.open {
		return
	}
	mean := r.sum / time.Duration(r.answers)
	r.answers, r.sum = 0, 0
	if r.waiting > 0 && (mean < 2*r.fastest || mean > slow) {
		r.openMore(r.open)
	}
}

// openMore gives up to n places. The lock is held.
func (r *ramp) openMore(n int64) {
	n = min(n, r.held)
	r.open += n
	r.held -= n
	r.answers = -n
	r.give(n)
}

// ring gives all places if requests wait and nothing has moved.
func (r *ramp) ring() {
	late := busy()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alarm = nil
	if r.held == 0 || r.waiting == 0 {
		return
	}
	still := time.Since(r.moved)
	switch {
	case still < moment:
		r.alarm = time.AfterFunc(moment-still, r.ring)
	case late && still < longMoment:
		r.alarm = time.AfterFunc(moment, r.ring)
	default:
		r.openMore(r.held)
	}
}

// busy reports whether goroutines have to wait for a processor: this one, that
// lets the others go first, has to for long.
func busy() bool {
	start := time.Now()
	runtime.Gosched()
	return time.Since(start) > moment/20
}
