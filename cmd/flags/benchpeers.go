package main

import (
	"errors"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/bench"
	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/internal/command"
	"getflags/flags"
)

// onlyModes are the options that mean nothing to whole programs.
func onlyModes() []string {
	return []string{"modes", "writers", "write-delay", "no-metadata", "trace", "max-size", "speed-limit", "speed-time", "retries", "retry-all-errors",
		"retry-max-time", "retry-max-wait", "rate", "header", "accept-unsized"}
}

// comparePrograms compares this one with its peers; it owns the server.
func (b *benchCommand) comparePrograms(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	for _, name := range onlyModes() {
		if c.IsSet(name) {
			return command.Usagef("--%s and --peers exclude each other", name)
		}
	}
	if note := b.bePolite(site); note != "" || site.MaxRequests > 0 {
		return command.Usagef("%s is shared by many, and peers know no politeness: --no-cap lifts that", site.Label)
	}
	path, err := builtin.Program()
	if err != nil {
		return err
	}
	programs := b.programs(path, codes)
	if err := b.plottable(programs.Modes()); err != nil {
		return err
	}
	server, site, err := b.startServerProcess(c, path, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	programs.Site = site
	note := ""
	if server != nil {
		note = " (built-in server, in a process of its own)"
	}
	b.printHead(c, site, note, codes, strings.Join(programs.Names(), ", ")+";")
	return b.measure(c, programs, nil)
}

func (b *benchCommand) programs(path string, codes []flags.Code) *bench.Programs {
	peers, absent := bench.Peers()
	return &bench.Programs{
		Codes: codes, Path: path, Timeout: b.network.Timeout.D, Peers: peers, Absent: absent,
		Requests: b.requests.Values, Delay: b.delay.D, Now: time.Now,
	}
}

// startServerProcess starts the server that the options ask for, if it is one
// of the program's own, and returns the site on it.
func (b *benchCommand) startServerProcess(c *cli.Context, path string, site flags.Site) (*builtin.Process, flags.Site, error) {
	if c.IsSet("delay") {
		return builtin.StartDelayedProcess(c.Context, path, b.delay.D)
	}
	return builtin.StartSiteProcess(c.Context, path, site, b.network.Timeout.D)
}
