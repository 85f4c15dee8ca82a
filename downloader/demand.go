package downloader

import (
	"context"
	"sync/atomic"
)

// demand is how much in a run wants a place under the cap and has none:
// requests that wait for one, and tasks that have not made a request yet. As
// long as there is enough, no more tasks are begun.
//
// Each that waits takes memory and a goroutine, but saves a switch to whoever
// begins the next. So little is enough at first, and more in a run that lasts.
type demand struct {
	n      atomic.Int64
	enough atomic.Int64
	most   int64         // that enough becomes
	begun  int64         // tasks
	little chan struct{} // has room for one
}

// At first it is enough if fewEnough wait, and in the long run manyEnough: one
// more with every tasksPerMore tasks.
const (
	fewEnough    = 2
	manyEnough   = 16
	tasksPerMore = 64
)

// newDemand is for a cap of so many places. If all of them become free at once,
// the next tasks have to be begun at once.
func newDemand(places int) *demand {
	d := &demand{most: int64(manyEnough + places/8), little: make(chan struct{}, 1)}
	d.enough.Store(int64(fewEnough + places/8))
	return d
}

// begin counts a task that is begun. It is called by who begins them.
func (d *demand) begin() {
	d.rise()
	if d.begun++; d.begun%tasksPerMore == 0 && d.enough.Load() < d.most {
		d.enough.Add(1)
	}
}

func (d *demand) rise() { d.n.Add(1) }

func (d *demand) fall() {
	if d.n.Add(-1) < d.enough.Load() {
		select {
		case d.little <- struct{}{}:
		default:
		}
	}
}

// wait waits until there is little demand, or ctx ends.
func (d *demand) wait(ctx context.Context) {
	for d.n.Load() >= d.enough.Load() && ctx.Err() == nil {
		select {
		case <-d.little:
		case <-ctx.Done():
		}
	}
}
