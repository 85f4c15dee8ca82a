package downloader

import (
	"context"
	"sync/atomic"
)

// demand is how much in a run wants a place under the cap and has none:
// requests that wait for one, and tasks that have not made a request yet. As
// long as there is enough, no more tasks are begun: it would only take memory.
type demand struct {
	n      atomic.Int64
	enough int64
	little chan struct{} // has room for one
}

// newDemand is for a cap of so many places. If all of them become free at once,
// the next tasks have to be begun at once.
func newDemand(places int) *demand {
	return &demand{enough: int64(2 + places/8), little: make(chan struct{}, 1)}
}

func (d *demand) rise() { d.n.Add(1) }

func (d *demand) fall() {
	if d.n.Add(-1) < d.enough {
		select {
		case d.little <- struct{}{}:
		default:
		}
	}
}

// wait waits until there is little demand, or ctx ends.
func (d *demand) wait(ctx context.Context) {
	for d.n.Load() >= d.enough && ctx.Err() == nil {
		select {
		case <-d.little:
		case <-ctx.Done():
		}
	}
}
