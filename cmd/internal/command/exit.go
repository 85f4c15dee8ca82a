package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"getflags/internal/redact"
	"getflags/internal/visible"
)

// UsageError is a mistake in the command line; the program exits with 2.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// Usagef makes a [UsageError] as [fmt.Errorf] makes an error.
func Usagef(format string, a ...any) error {
	return &UsageError{fmt.Errorf(format, a...)}
}

// Exit ends the program with a code of its own. Err, where there is one, is
// printed; without it the program ends silently, its output having said it.
type Exit struct {
	Code int
	Err  error
}

func (e *Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *Exit) Unwrap() error { return e.Err }

// Interrupt is the cause of a context cancelled by a signal; the program
// exits with 128 plus the signal's number, as shells report it.
type Interrupt struct{ Signal os.Signal }

func (e *Interrupt) Error() string {
	switch e.Signal {
	case os.Interrupt:
		return "interrupted by SIGINT"
	case syscall.SIGTERM:
		return "interrupted by SIGTERM"
	case syscall.SIGHUP:
		return "interrupted by SIGHUP"
	}
	return "interrupted by " + e.Signal.String()
}

// Code is the exit code a shell expects: 129 for SIGHUP, 130 for SIGINT, 143
// for SIGTERM.
func (e *Interrupt) Code() int {
	if number, ok := e.Signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}

// Interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP
// cancels, with an [Interrupt] as its cause. From then on signals have their
// default effect, so that a second one ends the process at once. A SIGINT or
// SIGHUP that the process was started to ignore, as jobs in the background of a
// script and under nohup are, stays ignored (POSIX, Shell Command Language,
// section 2.11). Until stop, a pipe that nobody reads any more is an error of
// writing, on standard error too, and does not end the process. The caller
// calls stop when the work is done.
func Interruptible(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	pipes := make(chan os.Signal, 1) // that it is asked for is all that matters
	signal.Notify(pipes, syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(&Interrupt{s})
		case <-ctx.Done():
			signal.Stop(signals)
		}
	}()
	return ctx, func() { cancel(nil); <-done; signal.Stop(pipes) }
}

// report prints err, if it has something to say, as one line behind the
// program's name and without passwords, and returns the exit code it stands for.
func report(w io.Writer, program string, err error) int {
	var exit *Exit
	if err == nil || errors.As(err, &exit) && exit.Err == nil {
		return code(err)
	}
	text := redact.Text(strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
	fmt.Fprintf(w, "%s: %s\n", program, visible.Text(text))
	return code(err)
}

func code(err error) int {
	var exit *Exit
	var usage *UsageError
	var interrupt *Interrupt
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &usage):
		return 2
	case errors.As(err, &interrupt):
		return interrupt.Code()
	}
	return 1
}
