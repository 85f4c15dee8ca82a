package command

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
	"syscall"
)

// output is an app's standard output, which remembers the first error of
// writing. So no command has to check each line that it prints: what was lost
// is told once, in the end.
type output struct {
	mu      sync.Mutex
	w       io.Writer
	lost    *outputError
	abandon func() // is called when nobody reads any more; may be nil
}

// outputError is standard output that could not be written.
type outputError struct{ err error }

func (e *outputError) Error() string { return "standard output: " + e.err.Error() }
func (e *outputError) Unwrap() error { return e.err }

// unread reports whether the output was a pipe that its reader closed.
func (e *outputError) unread() bool { return e != nil && isClosedPipe(e.err) }

// Write writes, or returns the error of an earlier write: nothing follows a
// gap.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost != nil {
		return 0, o.lost
	}
	n, err := o.w.Write(p)
	if err == nil {
		return n, nil
	}
	o.fail(err)
	if o.lost.unread() && o.abandon != nil {
		o.abandon()
	}
	return n, o.lost
}

// fail remembers an error without what package os adds, a name such as
// /dev/stdout.
func (o *output) fail(err error) {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	o.lost = &outputError{err}
}

// Unwrap is the file, or whatever else it is, that is written to.
func (o *output) Unwrap() io.Writer { return o.w }

// under returns a context that ends, as if by SIGPIPE, when nobody reads the
// output any more: a run then stops as it does when it is interrupted, with
// its files whole.
func (o *output) under(ctx context.Context) (_ context.Context, cancel func()) {
	ctx, end := context.WithCancelCause(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandon = func() { end(&Interrupt{syscall.SIGPIPE}) }
	return ctx, func() { end(nil) }
}

// close closes the output, which is when some file systems tell that there was
// no space for it.
func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if c, ok := o.w.(io.Closer); ok && o.lost == nil {
		if err := c.Close(); err != nil {
			o.fail(err)
		}
	}
}

// with adds what became of the output to the error that a command ended with.
func (o *output) with(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var exit *Exit
	silent := err == nil || errors.As(err, &exit) && exit.Err == nil
	var interrupt *Interrupt
	var told *outputError
	switch {
	case o.lost == nil:
		return err
	case o.lost.unread() && (silent || errors.As(err, &told) || errors.As(err, &interrupt)):
		return &Exit{Code: (&Interrupt{syscall.SIGPIPE}).Code()}
	case o.lost.unread(), errors.As(err, &told):
		return err
	case silent: // what it would have said is lost
		return o.lost
	}
	return errors.Join(err, o.lost)
}
