//go:build unix

package command

import (
	"context"
	"errors"
	"syscall"
	"testing"
)

func TestInterruptible(t *testing.T) {
	ctx, stop := Interruptible(t.Context())
	defer stop()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	var i *Interrupt
	if !errors.As(context.Cause(ctx), &i) || i.Code() != 143 {
		t.Errorf("cause %v, want an Interrupt of code 143", context.Cause(ctx))
	}
}
