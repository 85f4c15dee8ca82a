package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/flags/flagserver"
	"getflags/flags/mirror"
)

// serve is the command that runs the LOCAL, DELAY and ERROR servers.
type serve struct {
	bind       string
	localPort  command.Int
	delayPort  command.Int
	errorPort  command.Int
	errorRate  command.Share
	minDelay   command.Seconds
	maxDelay   command.Seconds
	faults     flagserver.Faults
	retryAfter command.Seconds
	seed       command.Uint64
	dir        string
}

func newServe() *cli.Command {
	s := &serve{
		localPort:  command.Int{N: 8000, Min: 1, Max: 65535},
		delayPort:  command.Int{N: 8001, Min: 1, Max: 65535},
		errorPort:  command.Int{N: 8002, Min: 1, Max: 65535},
		errorRate:  .25,
		minDelay:   command.Seconds{D: 500 * time.Millisecond},
		maxDelay:   command.Seconds{D: 5 * time.Second},
		retryAfter: command.Seconds{D: time.Second},
		seed:       command.Uint64(rand.Uint64()),
	}
	return &cli.Command{
		Name:      "serve",
		Usage:     "run the LOCAL, DELAY and ERROR servers until interrupted",
		UsageText: "flags serve [options]",
		Description: `LOCAL answers at once, DELAY after a random delay, ERROR does as DELAY but
answers some requests with 418. What befalls a request depends on the seed, its
path and how often the path was asked for, and on nothing else.
GET /-/stats tells what each server has seen, as JSON.`,
		Flags:  command.WhenNamed(s.options),
		Action: s.action,
	}
}

func (s *serve) options() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "bind", Value: "localhost", Destination: &s.bind,
			Usage: "listen on `HOST`; localhost is 127.0.0.1 and ::1, an empty HOST every address"},
		&cli.GenericFlag{Name: "local-port", Value: &s.localPort, Usage: "`PORT` of LOCAL"},
		&cli.GenericFlag{Name: "delay-port", Value: &s.delayPort, Usage: "`PORT` of DELAY"},
		&cli.GenericFlag{Name: "error-port", Value: &s.errorPort, Usage: "`PORT` of ERROR"},
		&cli.GenericFlag{Name: "error-rate", Value: &s.errorRate,
			Usage: "`SHARE` of requests, of those that no --fault takes, that ERROR answers with 418"},
		&cli.GenericFlag{Name: "min-delay", Value: &s.minDelay,
			Usage: "DELAY and ERROR answer after at least `SECONDS`"},
		&cli.GenericFlag{Name: "max-delay", Value: &s.maxDelay,
			Usage: "DELAY and ERROR answer after at most `SECONDS`"},
		&cli.GenericFlag{Name: "fault", Value: &s.faults, DefaultText: "none",
			Usage: "`KIND=SHARE` of requests that go wrong on all three servers, such as 503=.1, repeatable;\n" +
				"KIND is a status from 400 to 599 or one of\n" + kinds()},
		&cli.GenericFlag{Name: "retry-after", Value: &s.retryAfter,
			Usage: "answers of 429 and 503 ask to wait `SECONDS`"},
		&cli.GenericFlag{Name: "seed", Value: &s.seed, DefaultText: "random",
			Usage: "`NUMBER` from which delays and faults are drawn"},
		&cli.StringFlag{Name: "dir", Destination: &s.dir,
			Usage: "serve `DIR`, with {cc}/{cc}.gif and {cc}/metadata.json, not the embedded set"},
	}
}

func kinds() string {
	var names []string
	for _, k := range flagserver.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func (s *serve) action(c *cli.Context) error {
	if c.Args().Present() {
		return command.Usagef("serve takes no arguments, but got %q", c.Args().First())
	}
	if s.maxDelay.D < s.minDelay.D {
		return command.Usagef("--max-delay %v is less than --min-delay %v", s.maxDelay.D, s.minDelay.D)
	}
	set, done, err := s.set()
	if err != nil {
		return err
	}
	defer done()
	servers, err := s.servers(set)
	if err != nil {
		return err
	}
	if err := listenAll(s.bind, servers); err != nil {
		return err
	}
	if _, err := io.WriteString(c.App.Writer, s.announcement(servers)); err != nil {
		for _, s := range servers {
			closeAll(s.listeners)
		}
		return err // whoever waits for it would wait for ever
	}
	return serveAll(c.Context, servers)
}

// announcement says where the servers are. It is for one write: who reads the
// first line only, and goes, is no reason to stop.
func (s *serve) announcement(servers []*server) string {
	var b strings.Builder
	for _, l := range servers {
		fmt.Fprintf(&b, "%s site: http://%s/flags\n", l.label, l.address(s.bind))
	}
	fmt.Fprintf(&b, "Seed %v. Press Ctrl-C to stop.\n", &s.seed)
	return b.String()
}

// set opens what is served; done closes it.
func (s *serve) set() (set fs.FS, done func() error, err error) {
	if s.dir == "" {
		return flagserver.Set(), func() error { return nil }, nil
	}
	if err := mirror.CheckDir(s.dir); err != nil {
		return nil, nil, fmt.Errorf("serve %w", err)
	}
	dir, err := flagserver.OpenDir(s.dir)
	if err != nil {
		return nil, nil, err
	}
	return dir, dir.Close, nil
}

// server is one of the three.
type server struct {
	label     string
	port      int
	handler   *flagserver.Handler
	listeners []net.Listener
}

// servers makes the three, which differ in port and behaviour alone.
func (s *serve) servers(set fs.FS) ([]*server, error) {
	local := flagserver.Behaviour{Faults: s.faults, RetryAfter: s.retryAfter.D, Seed: uint64(s.seed)}
	delay := local
	delay.MinDelay, delay.MaxDelay = s.minDelay.D, s.maxDelay.D
	erring := delay
	erring.Faults = s.withTeapots()

	servers := []*server{
		{label: "LOCAL", port: s.localPort.N},
		{label: "DELAY", port: s.delayPort.N},
		{label: "ERROR", port: s.errorPort.N},
	}
	for i, b := range []flagserver.Behaviour{local, delay, erring} {
		h, err := flagserver.New(set, b)
		if err != nil {
			return nil, command.Usagef("%s: %w", servers[i].label, err)
		}
		servers[i].handler = h
	}
	return servers, nil
}

// withTeapots adds ERROR's own fault, which befalls its share of the requests
// that no other fault takes.
func (s *serve) withTeapots() flagserver.Faults {
	left := 1.0
	for _, f := range s.faults {
		left -= f.Probability
	}
	teapot := flagserver.Fault{Kind: "418", Probability: max(0, left) * float64(s.errorRate)}
	return append(slices.Clone(s.faults), teapot)
}

// listenAll opens the servers' ports, all of them or none.
func listenAll(host string, servers []*server) (err error) {
	for i, s := range servers {
		s.listeners, err = flagserver.Listen(host, s.port)
		if err == nil {
			continue
		}
		for _, opened := range servers[:i] {
			closeAll(opened.listeners)
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("%s: port %d is taken; give another with --%s-port", s.label, s.port, strings.ToLower(s.label))
		}
		return fmt.Errorf("%s: %w", s.label, err)
	}
	return nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// address is where clients on this machine find the server.
func (s *server) address(bind string) string {
	if bind == "" {
		bind = "localhost"
	}
	return net.JoinHostPort(bind, fmt.Sprint(s.port))
}

// serveAll serves until ctx ends, which is how serving is meant to end, or
// one of the servers fails.
func serveAll(ctx context.Context, servers []*server) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(servers))
	var serving sync.WaitGroup
	for i, s := range servers {
		serving.Go(func() {
			defer cancel()
			errs[i] = flagserver.Serve(ctx, s.handler, s.listeners...)
		})
	}
	serving.Wait()
	return errors.Join(errs...)
}
