package flagserver

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

const (
	headerTimeout = 10 * time.Second // to send a request's header
	idleTimeout   = 2 * time.Minute  // between requests
	stuckTimeout  = time.Minute      // for a client to read some of its answer
	graceTime     = time.Second      // to finish answers at the end
	maxHeader     = 16 << 10         // bytes
)

// Serve serves handler on the listeners. It returns nil after ctx ends, or the
// error of a listener that fails. At the end it closes the listeners and the
// idle connections, gives answers under way one second, and closes the rest. It
// returns once all handlers have returned: a handler must return when the
// context of its request ends.
//
// Clients have ten seconds for a request's header, of at most 16 KiB, ten seconds
// for its body, and two minutes between requests. An answer may take any time,
// but is cut off if the client reads nothing for a minute. Serve logs nothing.
func Serve(ctx context.Context, handler http.Handler, listeners ...net.Listener) error {
	s := newServer(handler)
	failed := make(chan error, len(listeners))
	var accepting sync.WaitGroup
	for _, l := range listeners {
		accepting.Go(func() { failed <- s.http.Serve(patientListener{l, s.closeIdle}) })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	for _, l := range listeners {
		l.Close() // an error loses nothing: the listener is closed anyway
	}
	accepting.Wait()
	s.end(context.WithoutCancel(ctx))
	return err
}

// A server is an http.Server that can wait for its connections and handlers.
type server struct {
	http     *http.Server
	handlers sync.WaitGroup
	conns    sync.WaitGroup
	mu       sync.Mutex
	unused   map[net.Conn]bool // connections without a request so far
	idle     map[net.Conn]bool // connections between two requests
}

func newServer(handler http.Handler) *server {
	s := &server{unused: map[net.Conn]bool{}, idle: map[net.Conn]bool{}}
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.handlers.Add(1)
			defer s.handlers.Done()
			boundBody(w, r)
			handler.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnState:         s.watch,
		Protocols:         new(http.Protocols),
	}
	s.http.Protocols.SetHTTP1(true)
	return s
}

// boundBody limits the time for a request's body. No handler uses the body, but
// the server reads it to reach the next request. http.Server.ReadTimeout would
// also cut off answers that take longer.
func boundBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(headerTimeout)) // fails if the connection has no deadlines
	}
}

// watch follows connections from StateNew to their end.
func (s *server) watch(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns.Add(1)
		s.unused[c] = true
	case http.StateActive:
		delete(s.unused, c)
		delete(s.idle, c)
	case http.StateIdle:
		s.idle[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(s.unused, c)
		delete(s.idle, c)
		s.conns.Done()
	}
}

// end closes all connections. It begins with the unused ones, because Shutdown
// would wait for them: clients dial more connections than they use.
func (s *server) end(ctx context.Context) {
	s.closeUnused()
	ctx, cancel := context.WithTimeout(ctx, graceTime)
	defer cancel()
	if errors.Is(s.http.Shutdown(ctx), context.DeadlineExceeded) {
		s.http.Close() // its only errors are those of listeners, closed already
	}
	s.conns.Wait()
	s.handlers.Wait()
}

// closeIdle makes room when no more connections can be accepted.
func (s *server) closeIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.idle {
		c.Close()
	}
}

func (s *server) closeUnused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.unused {
		c.Close()
	}
}

// A patientListener accepts connections whose writes wait at most a minute for
// the client to read. It replaces http.Server.WriteTimeout, which limits the
// whole answer and would cut off slow ones.
type patientListener struct {
	net.Listener
	makeRoom func()
}

func (l patientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		l.makeRoom() // package http tries again
	}
	if err != nil {
		return nil, err
	}
	return patientConn{c}, nil
}

type patientConn struct{ net.Conn }

func (c patientConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(stuckTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// SetLinger passes on the method of a TCP connection, which the wrapper hides.
func (c patientConn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}
