package domain

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// lookup asks for IPv4 and IPv6 addresses at the same time. If one question gets
// addresses, an error of the other does not matter. Without addresses, both must
// be answered: some servers deny a whole name that only lacks addresses of the
// type asked for (RFC 4074, section 4.2).
func (p Prober) lookup(ctx context.Context, name string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	var answers [2]answer
	var errs [2]error
	var both sync.WaitGroup
	for i, kind := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		both.Go(func() { answers[i], errs[i] = p.resolve(ctx, question{name, kind}) })
	}
	both.Wait()
	a := answer{
		exists: answers[0].exists || answers[1].exists,
		addrs:  slices.Concat(answers[0].addrs, answers[1].addrs),
	}
	if len(a.addrs) > 0 {
		return a, nil
	}
	for _, err := range errs {
		if err != nil {
			return answer{}, err
		}
	}
	return a, nil
}

// resolve looks in the hosts file, then asks one server after another until one
// answers.
func (p Prober) resolve(ctx context.Context, q question) (answer, error) {
	network := "ip4"
	if q.kind == dnsmessage.TypeAAAA {
		network = "ip6"
	}
	addrs, tries := system(ctx, network, q.name)
	if len(addrs) > 0 {
		return answer{exists: true, addrs: addrs}, nil
	}
	var err error = &net.DNSError{Err: errNoServer.Error(), Name: q.name}
	for i, t := range p.tries(tries) {
		var a answer
		// Only the first try uses EDNS: some servers and firewalls silently
		// drop queries that do.
		if a, err = t.answer(ctx, q, i == 0); err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return answer{}, context.Cause(ctx)
		}
	}
	return answer{}, err
}

// answer returns the answer of the server of one try. Its error is a
// *net.DNSError.
func (t try) answer(ctx context.Context, q question, edns bool) (answer, error) {
	r, err := t.ask(ctx, q, edns)
	var a answer
	if err == nil {
		a, err = r.answerTo(q.name)
	}
	if err == nil {
		return a, nil
	}
	var network net.Error
	return answer{}, &net.DNSError{
		UnwrapErr: err, Err: err.Error(), Name: q.name, Server: t.server,
		IsTimeout:   errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded),
		IsTemporary: errors.Is(err, errServerFailure),
	}
}
