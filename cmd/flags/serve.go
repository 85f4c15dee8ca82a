package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/builtin"
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
		localPort:  portOf("LOCAL"),
		delayPort:  portOf("DELAY"),
		errorPort:  portOf("ERROR"),
		errorRate:  command.Share(flagserver.Error().Faults[0].Probability),
		minDelay:   command.Seconds{D: flagserver.Delay().MinDelay},
		maxDelay:   command.Seconds{D: flagserver.Delay().MaxDelay},
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

// portOf is a port, by default that of the site of a label.
func portOf(label string) command.Int {
	return command.Int{N: builtin.Port(label), Min: 1, Max: 65535}
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
	group, err := builtin.Open(s.bind, servers...)
	if err != nil {
		return withHint(err)
	}
	if _, err := io.WriteString(c.App.Writer, s.announcement(servers)); err != nil {
		group.Close()
		return err // whoever waits for it would wait for ever
	}
	return group.Serve(c.Context)
}

// withHint says of a port that is taken what can be done.
func withHint(err error) error {
	var taken *builtin.ListenError
	if errors.As(err, &taken) && errors.Is(err, syscall.EADDRINUSE) {
		m := taken.Member
		return fmt.Errorf("%s: port %d is taken; give another with --%s-port", m.Label, m.Port, strings.ToLower(m.Label))
	}
	return err
}

// announcement says where the servers are. It is for one write: who reads the
// first line only, and goes, is no reason to stop.
func (s *serve) announcement(servers []*builtin.Member) string {
	var b strings.Builder
	for _, m := range servers {
		fmt.Fprintf(&b, "%s site: http://%s/flags\n", m.Label, net.JoinHostPort(cmp.Or(s.bind, "localhost"), fmt.Sprint(m.Port)))
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

// servers makes the three, which differ in port and behaviour alone.
func (s *serve) servers(set fs.FS) ([]*builtin.Member, error) {
	local := flagserver.Behaviour{Faults: s.faults, RetryAfter: s.retryAfter.D, Seed: uint64(s.seed)}
	delay := local
	delay.MinDelay, delay.MaxDelay = s.minDelay.D, s.maxDelay.D
	erring := delay
	teapot := flagserver.Error().Faults[0]
	teapot.Probability = float64(s.errorRate)
	erring.Faults = s.faults.With(teapot)

	var servers []*builtin.Member
	for _, m := range []struct {
		label string
		port  int
		flagserver.Behaviour
	}{{"LOCAL", s.localPort.N, local}, {"DELAY", s.delayPort.N, delay}, {"ERROR", s.errorPort.N, erring}} {
		h, err := flagserver.New(set, m.Behaviour)
		if err != nil {
			return nil, command.Usagef("%s: %w", m.label, err)
		}
		servers = append(servers, &builtin.Member{Label: m.label, Port: m.port, Handler: h})
	}
	return servers, nil
}
