package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
)

// builtIn is the server that a run brings along; nil where it found another
// one listening.
type builtIn struct {
	cancel  context.CancelFunc
	serving sync.WaitGroup
	err     error
	// beside is the address of a server that could not have the site's port,
	// since another run's has it; "" where it has.
	beside string
	host   string // and port that the site's URLs have
}

// startBuiltIn serves a site inside this process if the site is LOCAL, DELAY
// or ERROR. If its port is taken, whatever listens there is used, provided that
// it speaks HTTP. But a server that another run brought along ends with that
// run: beside it there is one on a port of its own, to which [builtIn.dial]
// leads, so that the site's URLs are the same.
func startBuiltIn(ctx context.Context, site flags.Site, timeout time.Duration) (*builtIn, error) {
	behaviour, ok := behaviours()[site.Label]
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
		b.beside, b.host = listeners[0].Addr().String(), hostOf(site)
	}
	return b, err
}

// holder is who has a site's port.
type holder int

const (
	nobody      holder = iota
	served             // a server that stays
	servedByRun        // one that ends with the run that brought it along
)

// listenUnlessServed listens on a site's port, or, beside the server of another
// run, on any. Where another server is, there is no listener.
func listenUnlessServed(ctx context.Context, site flags.Site, timeout time.Duration) ([]net.Listener, holder, error) {
	// The holder may end between two steps, or not listen yet.
	const tries, pause = 10, 50 * time.Millisecond
	for try := 1; ; try++ {
		listeners, err := listen(site)
		if err == nil {
			return listeners, nobody, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, nobody, fmt.Errorf("%s: %w", site.Label, err)
		}
		there, err := whoServes(ctx, site, timeout)
		switch {
		case there == servedByRun:
			listeners, err = flagserver.Listen("127.0.0.1", 0)
			return listeners, there, err
		case err == nil, try == tries, ctx.Err() != nil:
			return nil, there, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// note says of a site who serves it.
func (b *builtIn) note() string {
	switch {
	case b == nil:
		return ""
	case b.beside != "":
		return " (built-in server on a port of its own, beside that of another run)"
	}
	return " (built-in server)"
}

// dial connects to the server where a URL says the site's host and port, and
// elsewhere otherwise. It is nil if that is the same.
func (b *builtIn) dial(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
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

// startDelayed serves a site inside this process that answers each request
// after the same delay, on a port of its own.
func startDelayed(ctx context.Context, delay time.Duration) (*builtIn, flags.Site, error) {
	listeners, err := flagserver.Listen("127.0.0.1", 0)
	if err != nil {
		return nil, flags.Site{}, err
	}
	site := flags.Site{Base: fmt.Sprintf("http://%v/flags", listeners[0].Addr())}
	b, err := serveInside(ctx, listeners, flagserver.Behaviour{MinDelay: delay, MaxDelay: delay})
	return b, site, err
}

// serveInside serves the built-in set inside this process.
func serveInside(ctx context.Context, listeners []net.Listener, behaviour flagserver.Behaviour) (*builtIn, error) {
	handler, err := flagserver.New(flagserver.Set(), behaviour)
	if err != nil {
		closeAll(listeners)
		return nil, err
	}
	handled := marked(handler)
	// Not under the run's context: requests in flight when that ends are
	// aborted from the client's side, as with any other server.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b := &builtIn{cancel: cancel}
	b.serving.Go(func() { b.err = flagserver.Serve(ctx, handled, listeners...) })
	return b, nil
}

func behaviours() map[string]flagserver.Behaviour {
	return map[string]flagserver.Behaviour{
		"LOCAL": flagserver.Local(),
		"DELAY": flagserver.Delay(),
		"ERROR": flagserver.Error(),
	}
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

// hostOf is the host and port of a site.
func hostOf(site flags.Site) string {
	_, behind, _ := strings.Cut(site.Base, "://")
	host, _, _ := strings.Cut(behind, "/")
	return host
}

func listen(site flags.Site) ([]net.Listener, error) {
	base, err := url.Parse(site.Base)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(base.Port())
	if err != nil {
		return nil, err
	}
	return flagserver.Listen(base.Hostname(), port)
}

// stop ends the server and waits until it has ended.
func (b *builtIn) stop() error {
	if b == nil {
		return nil
	}
	b.cancel()
	b.serving.Wait()
	return b.err
}

// whoServes asks the program that holds a site's port for a sign that it is a
// web server: any answer will do. It asks for what our own servers do not
// count, and with HEAD, which the book's slow server answers at once.
func whoServes(ctx context.Context, site flags.Site, timeout time.Duration) (holder, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, site.Base, nil)
	if err != nil {
		return nobody, err
	}
	req.URL.Path = "/-/stats"
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nobody, fmt.Errorf("%s: the program that holds port %s does not answer HTTP (%w); stop it, or name another site with -s",
			site.Label, req.URL.Port(), err)
	}
	resp.Body.Close()
	if resp.Header.Get(runServer) != "" {
		return servedByRun, nil
	}
	return served, nil
}
