package builtin

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
)

// A Server is the one that a run brings along; nil where it found another one
// listening.
type Server struct {
	cancel  context.CancelFunc
	serving sync.WaitGroup
	err     error
	// beside is the address of a server that could not have the site's port,
	// since another run's has it; "" where it has.
	beside string
	host   string // of the site's URLs, with its port
}

// Start serves a site inside this process if the site is LOCAL, DELAY
// or ERROR. If its port is taken, whatever listens there is used, provided that
// it speaks HTTP. But a server that another run brought along ends with that
// run: beside it there is one on a port of its own, to which [Server.Dial]
// leads, so that the site's URLs are the same.
func Start(ctx context.Context, site flags.Site, timeout time.Duration) (*Server, error) {
	behaviour, ok := flagserver.Labelled(site.Label)
	if !ok {
		return nil, nil
	}
	behaviour.Seed = rand.Uint64()
	listeners, there, err := listenUnlessServed(ctx, site, timeout)
	if err != nil || there == served {
		return nil, err
	}
	b, err := serveInside(ctx, listeners, behaviour)
	if err == nil && there == servedByRun {
		b.beside, b.host = listeners[0].Addr().String(), site.Host()
	}
	return b, err
}

// Note says of a site who serves it.
func (b *Server) Note() string {
	switch {
	case b == nil:
		return ""
	case b.beside != "":
		return " (built-in server on a port of its own, beside that of another run)"
	}
	return " (built-in server)"
}

// Dial connects to the server where a URL says the site's host and port, and
// elsewhere otherwise. It is nil if that is the same.
func (b *Server) Dial(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	if b == nil || b.beside == "" {
		return nil
	}
	dialer := net.Dialer{Timeout: timeout, KeepAlive: -1}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == b.host {
			address = b.beside
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// StartDelayed serves a site inside this process that answers each request
// after the same delay, on a port of its own.
func StartDelayed(ctx context.Context, delay time.Duration) (*Server, flags.Site, error) {
	listeners, err := flagserver.Listen("127.0.0.1", 0)
	if err != nil {
		return nil, flags.Site{}, err
	}
	site := flags.Site{Base: fmt.Sprintf("http://%v/flags", listeners[0].Addr())}
	b, err := serveInside(ctx, listeners, flagserver.Behaviour{MinDelay: delay, MaxDelay: delay})
	return b, site, err
}

// serveInside serves the built-in set inside this process.
func serveInside(ctx context.Context, listeners []net.Listener, behaviour flagserver.Behaviour) (*Server, error) {
	handler, err := flagserver.New(flagserver.Set(), behaviour)
	if err != nil {
		CloseAll(listeners)
		return nil, err
	}
	handled := marked(handler)
	// Not under the run's context: requests in flight when that ends are
	// aborted from the client's side, as with any other server.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b := &Server{cancel: cancel}
	b.serving.Go(func() { b.err = flagserver.Serve(ctx, handled, listeners...) })
	return b, nil
}

// Stop ends the server and waits until it has ended.
func (b *Server) Stop() error {
	if b == nil {
		return nil
	}
	b.cancel()
	b.serving.Wait()
	return b.err
}

// runServer is the header by which the server of a run says, at /-/stats, that
// it will end with it.
const runServer = "Flags-Server"

func marked(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/-/stats" {
			w.Header().Set(runServer, "of a run")
		}
		h.ServeHTTP(w, r)
	})
}
