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
	"sync"
	"syscall"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
)

// builtIn is the server that a download brings along; nil where it found
// another one listening.
type builtIn struct {
	cancel  context.CancelFunc
	serving sync.WaitGroup
	err     error
}

// startBuiltIn serves a site inside this process if the site is LOCAL, DELAY
// or ERROR and its port is free. If the port is taken, whatever listens there
// is used, provided that it speaks HTTP.
func startBuiltIn(ctx context.Context, site flags.Site, timeout time.Duration) (*builtIn, error) {
	behaviour, ok := behaviours()[site.Label]
	if !ok {
		return nil, nil
	}
	listeners, err := listen(site)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, speaksHTTP(ctx, site, timeout)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", site.Label, err)
	}
	behaviour.Seed = rand.Uint64()
	return serveInside(ctx, listeners, behaviour)
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
	// Not under the run's context: requests in flight when that ends are
	// aborted from the client's side, as with any other server.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b := &builtIn{cancel: cancel}
	b.serving.Go(func() { b.err = flagserver.Serve(ctx, handler, listeners...) })
	return b, nil
}

func behaviours() map[string]flagserver.Behaviour {
	return map[string]flagserver.Behaviour{
		"LOCAL": flagserver.Local(),
		"DELAY": flagserver.Delay(),
		"ERROR": flagserver.Error(),
	}
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

// speaksHTTP asks the program that holds a site's port for a sign that it is
// a web server: any answer will do. It asks for what our own servers do not
// count, and with HEAD, which the book's slow server answers at once.
func speaksHTTP(ctx context.Context, site flags.Site, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, site.Base, nil)
	if err != nil {
		return err
	}
	req.URL.Path = "/-/stats"
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s: the program that holds port %s does not answer HTTP (%w); stop it, or name another site with -s",
			site.Label, req.URL.Port(), err)
	}
	return resp.Body.Close()
}
