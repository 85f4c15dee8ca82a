package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"getflags/downloader/internal/limit"
)

// A wire is a connection on which every wait ends: at a given moment, or soon
// after the context of the request under way has ended.
//
// Setting a deadline costs as much as a system call, and watching a context costs more.
// So a deadline is moved only if it would come too late. If it comes too early, the wait
// goes on, and only then is the context watched.
type wire struct {
	net.Conn
	look  func() error // see newLook; nil if nothing tells what has come
	watch watch
	ctx   context.Context // of the request under way
	armed time.Time       // the deadline that is set
}

func newWire(c net.Conn, linger time.Duration) wire {
	return wire{Conn: c, look: newLook(c), watch: watch{linger: linger, cutOff: func() { c.Close() }}}
}

// start prepares for a request that begins now and must be answered before until. It sets
// an early deadline, so that the context is watched soon.
func (w *wire) start(ctx context.Context, now, until time.Time) {
	w.ctx = ctx
	soon := now.Add(limit.Glance)
	if !until.IsZero() && until.Before(soon) {
		soon = until
	}
	if w.armed.Sub(now) < limit.Glance/2 || w.armed.After(soon) {
		w.arm(soon)
	}
}

// mustBeSilent returns an error if the server has said anything, or hung up.
func (w *wire) mustBeSilent(until time.Time) error {
	if w.look == nil {
		return nil
	}
	err := w.look()
	if w.isEarly(err, until) {
		err = w.look()
	}
	return err
}

// send sends a request, right after a look.
func (w *wire) send(text []byte, until time.Time) error {
	for unsent := true; ; {
		n, err := w.Conn.Write(text)
		if text = text[n:]; err == nil || !w.isEarly(err, until) {
			return err
		}
		if unsent = unsent && n == 0; unsent {
			if err := w.mustBeSilent(until); err != nil {
				return err
			}
		}
	}
}

// await reads the next bytes. It fails if none arrive before until, unless that is zero.
func (w *wire) await(p []byte, until time.Time) (int, error) {
	if w.armed.IsZero() || !until.IsZero() && w.armed.After(until) {
		w.arm(until)
	}
	for {
		n, err := w.Conn.Read(p)
		if n > 0 || !w.isEarly(err, until) {
			return n, err
		}
	}
}

// arm sets the deadline. If that fails, so does what comes next.
func (w *wire) arm(until time.Time) {
	w.armed = until
	w.Conn.SetDeadline(until)
}

// isEarly reports whether err comes from a deadline that was too early, and if so
// moves the deadline and watches the context.
func (w *wire) isEarly(err error, until time.Time) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !until.IsZero() && !time.Now().Before(until) {
		return false
	}
	w.watch.start(w.ctx)
	w.arm(until)
	return true
}

// deadline returns when a time-out ends, or zero if there is none.
func deadline(from time.Time, timeout time.Duration) (t time.Time) {
	if timeout > 0 {
		t = from.Add(timeout)
	}
	return t
}

// causeOr returns why ctx ended, or err if it has not.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
