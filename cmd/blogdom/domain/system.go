package domain

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// errNoServer means that the system has no name server configured.
var errNoServer = errors.New("the system knows no name server")

// system returns what the system's configuration says about name, without asking
// a server: the addresses in the hosts file, or the tries to make with its name
// servers. Package net reads that configuration on every system; a Dial that
// connects to nothing records the servers.
func system(ctx context.Context, network, name string) (addrs []netip.Addr, tries []try) {
	var mu sync.Mutex
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		tries = append(tries, try{network, address, left(ctx)})
		return nil, errNoServer
	}}
	// The final dot keeps the system's search domains out. The error is that
	// of the Dial above, or says that the hosts file has no such address.
	addrs, _ = resolver.LookupNetIP(context.WithoutCancel(ctx), network, name+".")
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	mu.Lock()
	defer mu.Unlock()
	return addrs, slices.Clone(tries)
}

// left returns the time until ctx's deadline, or resolv.conf(5)'s default if it
// has none.
func left(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline).Round(time.Second)
	}
	return 5 * time.Second
}

// tries returns the tries to make: the system's, or, if p has a server, as many
// with that, and with the same time-outs, as with the system's first.
func (p Prober) tries(ofSystem []try) []try {
	if !p.Server.IsValid() {
		return ofSystem
	}
	if len(ofSystem) == 0 { // nothing to copy
		ofSystem = slices.Repeat([]try{{network: "udp", timeout: 5 * time.Second}}, 2)
	}
	first := ofSystem[0].server
	own := slices.DeleteFunc(ofSystem, func(t try) bool { return t.server != first })
	for i := range own {
		own[i].server = p.Server.String()
	}
	return own
}
