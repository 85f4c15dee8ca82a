package builtin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
	"getflags/internal/wait"
)

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
		wait.For(ctx, pause) // the next try finds out whether ctx has ended
	}
}

// listen listens on a site's port.
func listen(site flags.Site) ([]net.Listener, error) {
	host, port, err := address(site)
	if err != nil {
		return nil, err
	}
	return flagserver.Listen(host, port)
}

// Port is the port of the site that a label names, or 0 if it names none.
func Port(label string) int {
	site, err := flags.ParseSite(label)
	if err != nil {
		return 0
	}
	_, port, _ := address(site)
	return port
}

func address(site flags.Site) (host string, port int, err error) {
	host, number, err := net.SplitHostPort(site.Host())
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(number)
	return host, port, err
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
