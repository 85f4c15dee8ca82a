package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"getflags/cmd/mojifinder/charindex"

	"golang.org/x/net/netutil"
)

// Limits bound what clients can take of the server. All must be positive.
type Limits struct {
	Clients int // connections at once; further ones wait
	Header  int // bytes in the head of a request

	Read  time.Duration // how long a client may take to send a request
	Write time.Duration // how long it may take for each 32 KiB of an answer
	Idle  time.Duration // how long a connection may wait for its next request
	Grace time.Duration // how long answers may go on once the server stops
}

// DefaultLimits suit a small machine.
func DefaultLimits() Limits {
	return Limits{
		Clients: 1024, Header: 16 << 10,
		Read: 5 * time.Second, Write: 10 * time.Second, Idle: 30 * time.Second, Grace: 10 * time.Second,
	}
}

// Server answers searches of Index over HTTP. Log takes what goes wrong with
// connections, and that the server is stopping. All fields must be set. One Server may serve several listeners.
type Server struct {
	Index *charindex.Index
	Log   *log.Logger
	Limits
}

// Serve serves the clients that l accepts until ctx is done. Then it closes
// l, lets answers that are on their way arrive, and returns nil when the last
// is done. Those that take longer than Grace are cut off, and that is an
// error. Other errors are those of l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	fresh := newcomers{conns: map[net.Conn]bool{}}
	server := &http.Server{
		Handler: s.Handler(), ErrorLog: s.Log, ConnState: fresh.track, MaxHeaderBytes: s.Header,
		ReadTimeout: s.Read, WriteTimeout: s.Write, IdleTimeout: s.Idle,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(l, s.Clients)) }()
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("accepting clients: %w", err), s.shutdown(ctx, server, &fresh))
	case <-ctx.Done():
		err := s.shutdown(ctx, server, &fresh)
		<-failed
		return err
	}
}

func (s *Server) shutdown(ctx context.Context, server *http.Server, fresh *newcomers) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Grace)
	defer cancel()
	s.Log.Printf("stopping; answers under way have %v to finish", s.Grace)
	server.RegisterOnShutdown(fresh.close)
	if err := server.Shutdown(ctx); err != nil {
		server.Close()
		return fmt.Errorf("cut off answers that clients had not taken %v after the stop", s.Grace)
	}
	return nil
}

// newcomers are the connections that have not sent anything yet. Browsers
// open some in advance, and Shutdown would give each of them five seconds.
type newcomers struct {
	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// track is an [http.Server]'s ConnState.
func (n *newcomers) track(conn net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(n.conns, conn)
	case n.closed:
		conn.Close()
	default:
		n.conns[conn] = true
	}
}

func (n *newcomers) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for conn := range n.conns {
		conn.Close()
	}
}
