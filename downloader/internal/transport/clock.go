package transport

import (
	"errors"
	"net"
	"os"
	"time"

	"getflags/downloader/internal/limit"
)

// await reads what comes next, unless nothing does until a moment; the zero time
// is for ever.
//
// To set a connection's deadline costs as much as a system call, and to watch a
// context more than that. So a deadline is moved only when it would come too late;
// where it comes too early, the wait goes on, and only then the context is watched.
func (c *conn) await(p []byte, until time.Time) (int, error) {
	if c.armed.IsZero() || !until.IsZero() && c.armed.After(until) {
		c.arm(until)
	}
	for {
		n, err := c.Conn.Read(p)
		if n > 0 || !c.isEarly(err, until) {
			return n, err
		}
	}
}

// armSoon sets a deadline that comes early, for a request that begins now, so that
// its context is watched soon.
func (c *conn) armSoon(now time.Time) {
	soon := now.Add(limit.Glance)
	if !c.until.IsZero() && c.until.Before(soon) {
		soon = c.until
	}
	if c.armed.Sub(now) < limit.Glance/2 || c.armed.After(soon) {
		c.arm(soon)
	}
}

// mustBeSilent looks at the connection; see newLook.
func (c *conn) mustBeSilent() error {
	if c.look == nil {
		return nil
	}
	err := c.look()
	if c.isEarly(err, c.until) {
		err = c.look()
	}
	return err
}

// arm sets the deadline. Where that fails, so does what comes next.
func (c *conn) arm(until time.Time) {
	c.armed = until
	c.Conn.SetDeadline(until)
}

// isEarly reports whether err is of a deadline that came too early, and then
// moves it and watches the context.
func (c *conn) isEarly(err error, until time.Time) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !until.IsZero() && !time.Now().Before(until) {
		return false
	}
	c.watch.start(c.ctx)
	c.arm(until)
	return true
}

// deadline is when a time-out ends that begins at a moment.
func deadline(from time.Time, timeout time.Duration) (t time.Time) {
	if timeout > 0 {
		t = from.Add(timeout)
	}
	return t
}

// isSilence reports whether an error says that nothing came for too long on a
// connection that there was.
func isSilence(err error) bool {
	var timeout net.Error
	var dial *net.OpError
	return errors.As(err, &timeout) && timeout.Timeout() && !(errors.As(err, &dial) && dial.Op == "dial")
}
