package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/internal/command"
)

// dnsPort is where name servers listen (RFC 1035, section 4.2).
const dnsPort = 53

// nameServer is the address of the server that the user wrote as an address
// or a name, with or without a port: 192.0.2.1, 192.0.2.1:5353, ::1, [::1],
// [::1]:5353, localhost:5353. The system looks a name up once, here, and not
// again for each probe.
func nameServer(ctx context.Context, text string) (netip.AddrPort, error) {
	host, port, ok := hostPort(text)
	if !ok {
		return netip.AddrPort{}, command.Usagef("option --resolver: %q is not valid: want HOST or HOST:PORT, and [IPv6]:PORT for an IPv6 address with a port", text)
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(addr.Unmap(), port), nil
	}
	if _, err := domain.ToASCII(host); err != nil {
		return netip.AddrPort{}, command.Usagef("option --resolver: %w", err)
	}
	addr, err := addressOf(ctx, host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("option --resolver: %w", err)
	}
	return netip.AddrPortFrom(addr, port), nil
}

// hostPort takes text apart; without a port it is dnsPort.
func hostPort(text string) (host string, port uint16, ok bool) {
	if _, err := netip.ParseAddr(text); err == nil {
		return text, dnsPort, true
	}
	host, digits, err := net.SplitHostPort(text)
	if err != nil {
		host, digits, err = net.SplitHostPort(fmt.Sprintf("%s:%d", text, dnsPort))
	}
	number := command.Int{Min: 1, Max: 65535}
	if err != nil || host == "" || number.Set(digits) != nil {
		return "", 0, false
	}
	return host, uint16(number.N), true
}

// addressOf prefers IPv4, which a server for tests on localhost has for sure.
func addressOf(ctx context.Context, host string) (netip.Addr, error) {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return netip.Addr{}, err
	}
	for i, a := range addrs {
		addrs[i] = a.Unmap()
		if addrs[i].Is4() {
			return addrs[i], nil
		}
	}
	return addrs[0], nil
}
