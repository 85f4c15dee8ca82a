package domain

import (
	"context"
	"errors"
	"net"
	"strings"
)

// ErrName is what an [Error] wraps when the text is no domain name, so that
// no server was asked.
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

// Error is one printable line, "with.dev: timeout", whatever Domain holds.
func (e *Error) Error() string { return show(e.Domain) + ": " + e.Reason }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// reason words an error of net.Resolver, which has text but few types.
func reason(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case !errors.As(err, &dns):
		return err.Error()
	case dns.IsTimeout:
		return "timeout"
	case dns.Err == "server misbehaving" && dns.IsTemporary: // SERVFAIL
		return "server failure"
	case dns.Err == "server misbehaving": // REFUSED, FORMERR, NOTIMP …
		return "refused by the server"
	case dns.Err == "cannot unmarshal DNS message", dns.Err == "invalid DNS response":
		return "malformed answer"
	case dns.Err == "EOF", dns.Err == "unexpected EOF":
		return "connection closed by the server"
	}
	// "read udp 127.0.0.1:4711->127.0.0.1:53: read: connection refused"
	parts := strings.Split(dns.Err, ": ")
	return parts[len(parts)-1]
}
