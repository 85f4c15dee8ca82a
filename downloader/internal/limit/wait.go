package limit

import (
	"context"
	"time"
)

// A Wait is what a request waits for.
type Wait int

const (
	ForSlot Wait = iota // all that are open are taken
	ForHost             // it has asked for a pause
	ForRate             // its turn under the rate has not come
)

// A Waiter is told when a wait begins, and by the function that it returns, when
// it ends: of ForSlot with the slot's number.
type Waiter interface {
	Waits(w Wait) (ended func(slot int, err error))
}

// sleep waits for d, or returns the cause of the end of ctx.
func sleep(ctx context.Context, d time.Duration, reason Wait, w Waiter) (err error) {
	if d <= 0 {
		return nil
	}
	ended := w.Waits(reason)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	ended(-1, err)
	return err
}
