package domain

import (
	"context"
	"net"
)

// dialer returns the Dial of a net.Resolver for one lookup: it leads to
// p.Server, and the sockets it opens close when ctx ends, not only when the
// resolver is done with them.
func (p Prober) dialer(ctx context.Context) func(context.Context, string, string) (net.Conn, error) {
	return func(try context.Context, network, address string) (net.Conn, error) {
		if p.Server.IsValid() {
			address = p.Server.String()
		}
		conn, err := dial(ctx, try, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		// The resolver tells datagrams from a stream by net.PacketConn,
		// which a wrapper must not hide.
		if udp, ok := conn.(*net.UDPConn); ok {
			return datagrams{udp, stop}, nil
		}
		return stream{conn, stop}, nil
	}
}

// dial gives up when ctx ends or when the resolver's deadline for this try
// passes.
func dial(ctx, try context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	if deadline, ok := try.Deadline(); ok {
		dialer.Deadline = deadline
	}
	return dialer.DialContext(ctx, network, address)
}

// datagrams and stream are connections that no longer wait for the end of the
// lookup once they are closed.
type datagrams struct {
	*net.UDPConn
	stop func() bool
}

func (c datagrams) Close() error {
	c.stop()
	return c.UDPConn.Close()
}

type stream struct {
	net.Conn
	stop func() bool
}

func (c stream) Close() error {
	c.stop()
	return c.Conn.Close()
}
