package domain

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// addresses asks for IPv4 and IPv6 addresses at the same time. The resolver
// would do that by itself, but if one of the two fails, it reports whichever
// came first, so that one domain is now not found, now an error.
func (p Prober) addresses(ctx context.Context, name string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	var addrs [2][]netip.Addr
	var errs [2]error
	var both sync.WaitGroup
	for i, network := range []string{"ip4", "ip6"} {
		both.Go(func() { addrs[i], errs[i] = p.lookup(ctx, network, name) })
	}
	both.Wait()
	if found := slices.Concat(addrs[:]...); len(found) > 0 {
		return found, nil
	}
	if errs[0] != nil {
		return nil, errs[0]
	}
	return nil, errs[1]
}

// lookup asks for the addresses of one family; that there are none is no
// error. It returns when nothing of it is left, at the latest when ctx ends:
// LookupNetIP by itself returns before its sockets are closed when its context
// ends, and its reads do not watch a context at all. So it gets a context that
// does not end, and sockets that close when ours does.
func (p Prober) lookup(ctx context.Context, network, name string) ([]netip.Addr, error) {
	resolver := net.Resolver{PreferGo: true, Dial: p.dialer(ctx)}
	// The final dot keeps the system's search domains out.
	addrs, err := resolver.LookupNetIP(context.WithoutCancel(ctx), network, name+".")
	switch {
	case err == nil:
		for i := range addrs {
			addrs[i] = addrs[i].Unmap()
		}
		return addrs, nil
	case notFound(err):
		return nil, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, p.named(err, name)
}

// notFound tells an answer from a failure: the name does not exist, it has no
// addresses, or (from the hosts file) none of this family.
func notFound(err error) bool {
	var dns *net.DNSError
	var family *net.AddrError
	return errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &family)
}

// named puts the server that was asked into err, which knows only those of
// resolv.conf.
func (p Prober) named(err error, name string) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		dns.Name = name
		if p.Server.IsValid() {
			dns.Server = p.Server.String()
		}
	}
	return err
}
