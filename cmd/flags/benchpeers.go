package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/bench"
	"getflags/cmd/internal/command"
	"getflags/flags"
	"getflags/flags/flagserver"
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
	path, err := ourselves()
	if err != nil {
		return err
	}
	server, site, err := b.startServerProcess(c, path, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	peers, absent := bench.Peers()
	match := bench.Match{
		Site: site, Codes: codes, Path: path, Timeout: b.network.timeout.D,
		Peers: peers, Requests: b.requests.values, Delay: b.delay.D,
		Warmup: b.warmup.N, Runs: b.runs.N, Seed: uint64(b.seed), Dir: b.dir, Now: time.Now,
	}
	b.beginMatch(c, server != nil, match)
	competed, err := b.watched(c, match)
	if competed.Rounds() == 0 || err != nil && c.Context.Err() == nil {
		return err
	}
	return errors.Join(b.outputs.write(c, bench.Judge(competed, absent), b.quiet), err)
}

// ourselves is the path of the program under the name that it was called by.
func ourselves() (string, error) {
	path, err := exec.LookPath(os.Args[0])
	if err != nil {
		return os.Executable()
	}
	return filepath.Abs(path)
}

// beginMatch prints what is about to be compared.
func (b *benchCommand) beginMatch(c *cli.Context, child bool, m bench.Match) {
	if b.quiet || b.outputs.onStdout() {
		return
	}
	note := ""
	if child {
		note = " (built-in server, in a process of its own)"
	}
	names := []string{"flags"}
	for _, p := range m.Peers {
		names = append(names, p.Name)
	}
	fmt.Fprintf(c.App.Writer, "%v%s\n", m.Site, note)
	fmt.Fprintf(c.App.Writer, "%s: %s\n", plural(len(m.Codes), "flag"), describe(m.Codes))
	fmt.Fprintf(c.App.Writer, "%s; %s and %d to warm up; seed %v\n\n",
		strings.Join(names, ", "), plural(b.runs.N, "round"), b.warmup.N, &b.seed)
}

// watched competes, under a bar with a step for each run.
func (b *benchCommand) watched(c *cli.Context, m bench.Match) (*bench.Competed, error) {
	var shown *bar
	if !b.quiet {
		shown = newStageBar(c.App.ErrWriter, (m.Warmup+m.Runs)*len(m.Requests)*(1+len(m.Peers)))
	}
	m.Progress = func(program string, requests, round int) {
		shown.stage(stage(round, m.Runs, program, requests))
		shown.add()
	}
	defer shown.finish()
	return bench.Compete(c.Context, m)
}

// serverProcess is 'flags serve' in a process of its own, so that its work is
// not taken for ours; nil where the site has a server already.
type serverProcess struct {
	cmd *exec.Cmd
	out io.ReadCloser
}

// startServerProcess starts the server that the options ask for, if it is one
// of the program's own, and returns the site on it. A server that listens on
// a label's port already is used as it is, unless it ends with its run.
func (b *benchCommand) startServerProcess(c *cli.Context, path string, site flags.Site) (*serverProcess, flags.Site, error) {
	_, own := behaviours()[site.Label]
	if !own {
		return nil, site, nil
	}
	args, label := []string{}, site.Label
	if c.IsSet("delay") {
		delay := b.delay.D.String()
		args, label = []string{"--min-delay", delay, "--max-delay", delay}, "DELAY"
	} else if there, err := b.holder(c, site); err != nil || there == served {
		return nil, site, err
	}
	const tries = 5 // between finding a free port and listening there somebody may take it
	for i := 1; ; i++ {
		s, base, err := startServe(c.Context, path, label, args)
		if err == nil || i == tries || c.Context.Err() != nil {
			return s, flags.Site{Base: base}, err
		}
	}
}

// holder tells who has a site's port now.
func (b *benchCommand) holder(c *cli.Context, site flags.Site) (holder, error) {
	listeners, there, err := listenUnlessServed(c.Context, site, b.network.timeout.D)
	closeAll(listeners)
	return there, err
}

// startServe starts 'flags serve' on free ports and returns, when it listens,
// the base URL of one of its sites.
func startServe(ctx context.Context, path, label string, args []string) (*serverProcess, string, error) {
	ports, err := freePortNumbers(3)
	if err != nil {
		return nil, "", err
	}
	args = append([]string{"serve", "--bind", "127.0.0.1", "--seed", "1",
		"--local-port", ports[0], "--delay-port", ports[1], "--error-port", ports[2]}, args...)
	// Not under the run's context: it is stopped when no client is left.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	s := &serverProcess{cmd, out}
	base := ""
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), label+" site: "); ok {
			base = url
		}
		if strings.HasPrefix(lines.Text(), "Seed ") {
			return s, base, nil // it says so once it listens
		}
	}
	if err := lines.Err(); err != nil { // it may go on, and say what it likes
		s.stop()
		return nil, "", fmt.Errorf("the server did not start: what it says cannot be read: %w", err)
	}
	err = cmd.Wait()
	return nil, "", fmt.Errorf("the server did not start: %w", errors.Join(err, errors.New(strings.TrimSpace(errs.String()))))
}

// freePortNumbers are ports that nobody listens on.
func freePortNumbers(n int) (ports []string, err error) {
	for range n {
		listeners, err := flagserver.Listen("127.0.0.1", 0)
		if err != nil {
			return nil, err
		}
		defer closeAll(listeners) // only then, so that all are different
		ports = append(ports, strconv.Itoa(listeners[0].Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}

// stop ends the server and waits until it has ended.
func (s *serverProcess) stop() error {
	if s == nil {
		return nil
	}
	// Not SIGINT, which a bench in the background of a script ignores, and with
	// it what it starts.
	if s.cmd.Process.Signal(syscall.SIGTERM) != nil {
		s.cmd.Process.Kill() // no such signal here, or it has ended
	}
	s.out.Close()
	// How it ended is of no interest: by the signal sent here, or by the same
	// Ctrl-C that ended the bench.
	_ = s.cmd.Wait()
	return nil
}
