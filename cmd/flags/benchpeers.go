package main

import (
	"errors"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/bench"
	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/flags"
)

// onlyModes are the options that mean nothing to whole programs.
func onlyModes() []string {
	return []string{"modes", "writers", "write-delay", "no-metadata", "trace", "max-size", "speed-limit", "speed-time", "retries", "retry-all-errors",
		"retry-max-time", "retry-max-wait", "rate", "header", "accept-unsized"}
}

// compete lets programs compete and reports.
func (b *benchCommand) compete(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	for _, name := range onlyModes() {
		if c.IsSet(name) {
			return command.Usagef("--%s and --peers exclude each other", name)
		}
	}
	if note := b.bePolite(site); note != "" || site.MaxRequests > 0 {
		return command.Usagef("%s is shared by many, and peers know no politeness: --no-cap lifts that", site.Label)
	}
	if err := b.plottable(); err != nil {
		return err
	}
	path, err := builtin.Program()
	if err != nil {
		return err
	}
	server, site, err := b.startServerProcess(c, path, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	peers, absent := bench.Peers()
	match := bench.Match{
		Site: site, Codes: codes, Path: path, Timeout: b.network.Timeout.D,
		Peers: peers, Requests: b.requests.Values, Delay: b.delay.D,
		Warmup: b.warmup.N, Runs: b.runs.N, Seed: uint64(b.seed), Dir: b.dir, Now: time.Now,
	}
	b.beginMatch(c, server != nil, match)
	competed, err := b.watched(c, match)
	if competed.Rounds() == 0 || err != nil && c.Context.Err() == nil {
		return err
	}
	return errors.Join(b.report(c, bench.Judge(competed, absent)), err)
}

// beginMatch prints what is about to be compared.
func (b *benchCommand) beginMatch(c *cli.Context, child bool, m bench.Match) {
	note := ""
	if child {
		note = " (built-in server, in a process of its own)"
	}
	names := []string{"flags"}
	for _, p := range m.Peers {
		names = append(names, p.Name)
	}
	b.printHead(c, m.Site, note, m.Codes, strings.Join(names, ", ")+";")
}

// watched competes, under a bar with a step for each run.
func (b *benchCommand) watched(c *cli.Context, m bench.Match) (*bench.Competed, error) {
	stages := ui.NewStages(c.App, b.quiet, (m.Warmup+m.Runs)*len(m.Requests)*(1+len(m.Peers)))
	defer stages.Finish()
	m.Progress = func(program string, requests, round int) {
		stages.Step(round, m.Runs, program, requests)
	}
	return bench.Compete(c.Context, m)
}

// startServerProcess starts the server that the options ask for, if it is one
// of the program's own, and returns the site on it.
func (b *benchCommand) startServerProcess(c *cli.Context, path string, site flags.Site) (*builtin.Process, flags.Site, error) {
	if c.IsSet("delay") {
		return builtin.StartDelayedProcess(c.Context, path, b.delay.D)
	}
	return builtin.StartSiteProcess(c.Context, path, site, b.network.Timeout.D)
}
