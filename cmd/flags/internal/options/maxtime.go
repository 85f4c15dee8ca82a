package options

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"
)

// A tooLongError is the cause of the end of a run that took --max-time.
type tooLongError struct{ limit time.Duration }

func (e *tooLongError) Error() string {
	return fmt.Sprintf("the run has taken the %v that --max-time allows", e.limit)
}

// LimitTime has what is done under c end when --max-time is over. It is no
// deadline of the context: what knows of one gives up a moment before, and an
// error that it makes up then would be taken for the server's. The caller calls
// stop at the end of the run.
func (n *Network) LimitTime(c *cli.Context) (stop func()) {
	if n.maxTime.D == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancelCause(c.Context)
	timer := time.AfterFunc(n.maxTime.D, func() { cancel(&tooLongError{n.maxTime.D}) })
	c.Context = ctx
	return func() { timer.Stop(); cancel(nil) }
}
