package builtin

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

	"getflags/flags"
	"getflags/flags/flagserver"
)

// A Process is 'flags serve' in a process of its own, so that its work is not
// taken for that of a client; nil where there is none.
type Process struct {
	cmd *exec.Cmd
	out io.ReadCloser
}

// Program is the path of this program under the name that it was called by.
func Program() (string, error) {
	path, err := exec.LookPath(os.Args[0])
	if err != nil {
		return os.Executable()
	}
	return filepath.Abs(path)
}

// StartSiteProcess starts the program at path as the server of a site, if that is
// LOCAL, DELAY or ERROR, and returns the site on it. A server that listens on the
// label's port already is used as it is, unless it ends with its run.
func StartSiteProcess(ctx context.Context, path string, site flags.Site, timeout time.Duration) (*Process, flags.Site, error) {
	if _, own := flagserver.Labelled(site.Label); !own {
		return nil, site, nil
	}
	listeners, there, err := listenUnlessServed(ctx, site, timeout)
	CloseAll(listeners)
	if err != nil || there == served {
		return nil, site, err
	}
	return start(ctx, path, site.Label)
}

// StartDelayedProcess starts the program at path as a server that answers each
// request after the same delay, and returns a site on it.
func StartDelayedProcess(ctx context.Context, path string, delay time.Duration) (*Process, flags.Site, error) {
	return start(ctx, path, "DELAY", "--min-delay", delay.String(), "--max-delay", delay.String())
}

// start starts 'flags serve' with args on free ports and returns, when it
// listens, the site of a label.
func start(ctx context.Context, path, label string, args ...string) (*Process, flags.Site, error) {
	const tries = 5 // between finding a free port and listening there somebody may take it
	for try := 1; ; try++ {
		p, base, err := startProcess(ctx, path, label, args)
		if err == nil || try == tries || ctx.Err() != nil {
			return p, flags.Site{Base: base}, err
		}
	}
}

func startProcess(ctx context.Context, path, label string, args []string) (*Process, string, error) {
	ports, err := freePortNumbers(3)
	if err != nil {
		return nil, "", err
	}
	args = append([]string{"serve", "--bind", "127.0.0.1", "--seed", "1",
		"--local-port", ports[0], "--delay-port", ports[1], "--error-port", ports[2]}, args...)
	// Not under the run's context: it is stopped when no client is left.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, args...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	p := &Process{cmd, out}
	base, ended, err := p.await(label)
	if ended {
		err = errors.Join(cmd.Wait(), errors.New(strings.TrimSpace(complaint.String())))
	}
	if err != nil {
		return nil, "", fmt.Errorf("the server did not start: %w", err)
	}
	return p, base, nil
}

// await reads what the server prints until it listens, and returns the base URL
// of the site of a label, or reports that the server has ended.
func (p *Process) await(label string) (base string, ended bool, err error) {
	lines := bufio.NewScanner(p.out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), label+" site: "); ok {
			base = url
		}
		if strings.HasPrefix(lines.Text(), "Seed ") {
			return base, false, nil // it says so once it listens
		}
	}
	if err := lines.Err(); err != nil { // it may go on, and say what it likes
		p.Stop()
		return "", false, fmt.Errorf("what it says cannot be read: %w", err)
	}
	return "", true, nil
}

// freePortNumbers are ports that nobody listens on.
func freePortNumbers(n int) (ports []string, err error) {
	for range n {
		listeners, err := flagserver.Listen("127.0.0.1", 0)
		if err != nil {
			return nil, err
		}
		defer CloseAll(listeners) // only then, so that all are different
		ports = append(ports, strconv.Itoa(listeners[0].Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}

// Stop ends the server and waits until it has ended.
func (p *Process) Stop() error {
	if p == nil {
		return nil
	}
	// Not SIGINT, which a bench in the background of a script ignores, and with
	// it what it starts.
	if p.cmd.Process.Signal(syscall.SIGTERM) != nil {
		p.cmd.Process.Kill() // no such signal here, or it has ended
	}
	p.out.Close()
	// How it ended is of no interest: by the signal sent here, or by the same
	// Ctrl-C that ended the bench.
	_ = p.cmd.Wait()
	return nil
}
