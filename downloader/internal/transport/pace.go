package transport

import (
	"fmt"
	"time"
)

// A Pace is the slowest at which a body may arrive. Limiting its silences is not enough:
// one byte after each would keep a request open for months. The zero value allows every
// pace.
type Pace struct {
	Limit int64         // bytes per second, on average
	Over  time.Duration // that the average is of
}

// A SlowError means that a body arrived more slowly than a [Pace] allows. It is a
// [net.Error] whose Timeout method returns true.
type SlowError struct {
	Bytes  int64         // that came
	During time.Duration // that was spent waiting for them
	Limit  int64         // bytes per second
}

func (e *SlowError) Error() string {
	return fmt.Sprintf("too slow: %.2g bytes per second for %v, less than the %d wanted",
		float64(e.Bytes)/e.During.Seconds(), e.During.Round(time.Second/10), e.Limit)
}

// Timeout is true.
func (e *SlowError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server faster.
func (e *SlowError) Temporary() bool { return true }

// A progress counts the bytes of a body and the time spent waiting for them, without the
// time in which nobody reads. When enough has arrived, it starts again.
type progress struct {
	came   int64
	waited time.Duration
}

// left returns how long a body may still be waited for.
func (p Pace) left(soFar progress) time.Duration { return p.Over - soFar.waited }

// add counts the bytes of a read and the time that it took.
func (p Pace) add(soFar *progress, n int, took time.Duration) {
	soFar.came += int64(n)
	soFar.waited += took
	if float64(soFar.came) >= float64(p.Limit)*p.Over.Seconds() {
		*soFar = progress{}
	}
}

// check returns an error if all the time is spent and too little has arrived.
func (p Pace) check(soFar progress) error {
	if p.Limit <= 0 || soFar.waited < p.Over {
		return nil
	}
	return &SlowError{Bytes: soFar.came, During: soFar.waited, Limit: p.Limit}
}
