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
	stuckTimeout  = time.Minute      // for a client to take some of its answer
	graceTime     = time.Second      // to finish answers at the end
	maxHeader     = 16 << 10         // bytes
)

// Serve serves handler on the listeners until ctx ends, and returns nil then,
// or until one of them fails. At the end it closes the listeners and the idle
// connections, gives answers under way a second, closes the rest, and returns
// when all it started is done: a handler has to return when the context of its
// request ends.
//
// Clients have ten seconds for a request's header, of 16 KiB at most, as many for
// its body, and two minutes between requests. An answer may take any time, but one of which the
// client takes nothing for a minute is cut off. Nothing is logged.
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
		l.Close() // nothing is lost with it, and closed it will be
	}
	accepting.Wait()
	s.end(context.WithoutCancel(ctx))
	return err
}

// A server is an http.Server that can be waited for.
type server struct {
	http     *http.Server
	handlers sync.WaitGroup
	conns    sync.WaitGroup
	mu       sync.Mutex
	unused   map[net.Conn]bool // connections that brought no request yet
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

// boundBody gives the client time for a request's body, of which no handler has
// use, but which the server reads so that it can read the next request behind
// it. http.Server.ReadTimeout would also end answers that take longer than it.
func boundBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(headerTimeout)) // fails where there is none
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

// end closes all connections, those first that Shutdown would wait for though
// nothing is under way there: clients dial more than they use.
func (s *server) end(ctx context.Context) {
	s.closeUnused()
	ctx, cancel := context.WithTimeout(ctx, graceTime)
	defer cancel()
	if errors.Is(s.http.Shutdown(ctx), context.DeadlineExceeded) {
		s.http.Close() // the listeners are closed already: no error to hear of
	}
	s.conns.Wait()
	s.handlers.Wait()
}

// closeIdle makes room for others where no more connections can be accepted.
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

// A patientListener accepts connections that wait a minute for a client to
// read, and no longer. It stands in for http.Server.WriteTimeout, which bounds
// the whole answer and would forbid slow ones.
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

// SetLinger is what net/http cannot see of a TCP connection once it is wrapped.
func (c patientConn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}
