// Package wait waits, but no longer than a context lasts.
package wait

import (
	"context"
	"time"
)

// For waits for d, or returns the cause of ctx when that ends first.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
