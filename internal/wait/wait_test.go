package wait

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, over := time.Now(), errors.New("over")
		if err := For(t.Context(), time.Minute); err != nil || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(over) })
		if err := For(ctx, time.Hour); !errors.Is(err, over) || time.Since(start) != time.Minute+time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
