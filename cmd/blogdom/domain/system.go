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

// errNoServer says that the system names no server to ask.
var errNoServer = errors.New("the system knows no name server")

// system tells what the system's configuration says of name, without asking
// anybody: the addresses in the hosts file, or the tries to be made with its
// name servers. Package net reads that configuration, on every system; it is
// made to tell by a Dial that leads nowhere.
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

// left is how long a context has to go, by default as long as resolv.conf(5)
// says.
func left(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline).Round(time.Second)
	}
	return 5 * time.Second
}

// tries are those to be made with the server that p has, as often and as
// patiently as with one of the system's; or with the system's.
func (p Prober) tries(ofSystem []try) []try {
	if !p.Server.IsValid() {
		return ofSystem
	}
	if len(ofSystem) == 0 { // it has none to go by
		ofSystem = slices.Repeat([]try{{network: "udp", timeout: 5 * time.Second}}, 2)
	}
	first := ofSystem[0].server
	own := slices.DeleteFunc(ofSystem, func(t try) bool { return t.server != first })
	for i := range own {
		own[i].server = p.Server.String()
	}
	return own
}
