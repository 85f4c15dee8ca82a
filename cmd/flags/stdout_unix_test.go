//go:build unix

package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// unread is a pipe that nobody reads.
func unread(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// A program whose output nobody reads any more, such as that of "flags list |
// head -1", ends quietly, as if SIGPIPE had ended it; what it has done so far
// is whole.
func TestUnreadOutput(t *testing.T) {
	site, dir := localSite(t), t.TempDir()
	if out, err := exec.Command("flags", "BR", "-q", "-s", site, "-o", dir+"/g").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range []string{
		"list", "sites", "--help", "--version", "BR -s SITE -o DIR/d", "-a -v -m 20 -s SITE -o DIR/d", "-a --json -s SITE -o DIR/d",
		"mirror -v -s SITE -o DIR/m", "mirror --json -s SITE -o DIR/m", "verify DIR/m", "gallery -o - DIR/g",
		"bench BR --runs 1 --warmup 0 -m 1 -s SITE", "bench BR --runs 1 --warmup 0 -m 1 --csv - -s SITE",
	} {
		run := exec.CommandContext(t.Context(), "flags", strings.Fields(strings.NewReplacer("SITE", site, "DIR", dir).Replace(args))...)
		var errs transcript
		run.Stdout, run.Stderr = unread(t), &errs
		run.Run()
		if code := shellCode(run.ProcessState); code != 141 || errs.String() != "" {
			t.Errorf("flags %s: %v, want 141 as a shell tells it; stderr %q", args, run.ProcessState, &errs)
		}
	}
	if out, err := exec.Command("flags", "verify", filepath.Join(dir, "m")).CombinedOutput(); err != nil {
		t.Errorf("the mirror is not whole: %v\n%s", err, out)
	}
}

// A server that cannot say that it listens does not.
func TestUnreadServer(t *testing.T) {
	var ports []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for out, want := range map[*os.File]int{unread(t): 141, full: 1} {
		run := exec.CommandContext(t.Context(), "flags", "serve", "--bind", "127.0.0.2",
			"--local-port", ports[0], "--delay-port", ports[1], "--error-port", ports[2])
		run.Stdout = out
		run.Run()
		if code := shellCode(run.ProcessState); code != want {
			t.Errorf("%v, want %d", run.ProcessState, want)
		}
	}
}

// Nobody has to read standard error for a run to go on.
func TestUnreadErrors(t *testing.T) {
	dir := t.TempDir()
	run := exec.CommandContext(t.Context(), "flags", "-l", "3", "-a", "-H", "Host:", "-s", localSite(t), "-o", dir)
	run.Stderr = unread(t)
	out, _ := run.Output()
	if run.ProcessState.ExitCode() != 0 {
		t.Errorf("%v\n%s", run.ProcessState, out)
	}
	run = exec.CommandContext(t.Context(), "flags", "-l", "20", "-s", "http://127.0.0.1:1", "--retries", "0", "-o", dir)
	run.Stderr = unread(t)
	out, _ = run.Output()
	if run.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "20 errors.") {
		t.Errorf("%v, want exit code 1 and the report\n%s", run.ProcessState, out)
	}
}
