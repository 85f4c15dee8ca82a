package domain

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"getflags/internal/visible"
)

// ErrName is the cause of an [Error] if the text is not a domain name. No server
// was asked.
var ErrName = errors.New("not a domain name")

// Error says why it is not known whether a domain exists.
type Error struct {
	Domain string // as the caller gave it
	// Reason is short and made for people: "timeout", "server failure",
	// "refused by the server", "malformed answer", "connection refused" …
	Reason string
	// Err is the cause: ErrName, a *net.DNSError, context.DeadlineExceeded
	// after Prober.Timeout, or the cause of a cancelled context.
	Err error
}

// Error returns one printable line, such as "with.dev: timeout", even if Domain
// holds control characters.
func (e *Error) Error() string { return show(e.Domain) + ": " + visible.Text(e.Reason) }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// reason describes the error of a lookup in a few words.
func reason(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case !errors.As(err, &dns):
		return err.Error()
	case dns.IsTimeout:
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed by the server"
	}
	// "read udp 127.0.0.1:4711->127.0.0.1:53: read: connection refused"
	parts := strings.Split(dns.Err, ": ")
	return parts[len(parts)-1]
}
