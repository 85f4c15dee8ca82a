package domain

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"
)

// try is one attempt to get an answer from one server.
type try struct {
	network string // "udp", or "tcp" where the system wants nothing else
	server  string // HOST:PORT
	timeout time.Duration
}

// ask puts q to the server of one try: again without EDNS where the server
// does not want that, and over TCP where the answer is too long for UDP.
func (t try) ask(ctx context.Context, q question, edns bool) (*reply, error) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	for network := t.network; ; {
		r, err := exchange(ctx, network, t.server, q, edns)
		switch {
		case err != nil:
			return nil, err
		case edns && r.refusesEDNS():
			edns = false
		case r.Truncated && network != "tcp":
			network = "tcp"
		default:
			return r, nil
		}
	}
}

// exchange sends q to a server and waits for the answer, at most until ctx
// ends. Nothing of it is left then: the socket is closed.
func exchange(ctx context.Context, network, server string, q question, edns bool) (*reply, error) {
	id, query, err := q.pack(edns)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	if network == "tcp" {
		return overTCP(conn, q, id, query)
	}
	return overUDP(conn, q, id, query)
}

// overUDP waits for the answer, and passes over false ones.
func overUDP(conn net.Conn, q question, id uint16, query []byte) (*reply, error) {
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	data := make([]byte, 4096) // some send more than they were told
	for {
		n, err := conn.Read(data)
		if err != nil {
			return nil, err
		}
		if r, err := q.parse(id, data[:n]); !errors.Is(err, errForeign) {
			return r, err
		}
	}
}

// overTCP sends and reads a message with its length before it (RFC 1035,
// section 4.2.2), in one write, as some servers want to see all at once.
func overTCP(conn net.Conn, q question, id uint16, query []byte) (*reply, error) {
	framed := append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	if _, err := conn.Write(framed); err != nil {
		return nil, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	data := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, data); err != nil {
		return nil, err
	}
	r, err := q.parse(id, data)
	if errors.Is(err, errForeign) {
		err = errMalformed // there is nobody else at the other end
	}
	return r, err
}
