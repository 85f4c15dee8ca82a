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
	network string // "udp", or "tcp" if the system allows only that
	server  string // HOST:PORT
	timeout time.Duration
}

// ask sends q to the server of one try. It asks again without EDNS if the server
// refuses that, and over TCP if the answer is too long for UDP.
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
// ends. It always closes the socket.
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

// overUDP sends the query and waits for the answer; it ignores messages that
// answer something else.
func overUDP(conn net.Conn, q question, id uint16, query []byte) (*reply, error) {
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	data := make([]byte, 4096) // some servers send more than maxDatagram
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

// overTCP sends and reads messages that begin with their length (RFC 1035,
// section 4.2.2). It sends length and message in one write because some servers
// need that.
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
		err = errMalformed // nobody else can write to this connection
	}
	return r, err
}
