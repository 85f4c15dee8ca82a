//go:build unix

package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"getflags/flags/flagserver"
)

// shellCode is the exit code as a shell tells it.
func shellCode(state *os.ProcessState) int {
	if s := state.Sys().(syscall.WaitStatus); s.Signaled() {
		return 128 + int(s.Signal())
	}
	return state.ExitCode()
}

// A signal that a program was started to ignore, as a shell does it for jobs in
// the background of a script, and nohup for SIGHUP, stays ignored.
func TestIgnoredSignals(t *testing.T) {
	for name, ignored := range map[string][]syscall.Signal{"INT": {syscall.SIGINT}, "HUP": {syscall.SIGHUP}, "INT HUP": {syscall.SIGINT, syscall.SIGHUP}} {
		site, err := flagserver.New(flagserver.Set(), flagserver.Local())
		if err != nil {
			t.Fatal(err)
		}
		held := newHeld(site, 4, 5)
		server := httptest.NewServer(held)
		defer server.Close()
		run := exec.CommandContext(t.Context(), "sh", "-c", `trap "" `+name+`; exec flags -a -m 5 --timeout 600 -s "$0" -o "$1"`, server.URL+"/flags", t.TempDir())
		var out transcript
		run.Stdout = &out
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, "as many requests as may be open", held.full)
		for _, s := range ignored {
			run.Process.Signal(s)
		}
		run.Process.Signal(syscall.SIGTERM) // comes after the others, and ends it
		run.Wait()
		if code := shellCode(run.ProcessState); code != 143 {
			t.Errorf("%s ignored: %v, want exit code 143\n%s", name, run.ProcessState, &out)
		}
	}
}

// A terminal that is closed ends a run as other signals do.
func TestHangup(t *testing.T) {
	site, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		t.Fatal(err)
	}
	held := newHeld(site, 40, 5)
	server := httptest.NewServer(held)
	defer server.Close()
	// A program does not inherit what is caught, but it does what is ignored, as
	// where the tests run under nohup.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	defer signal.Stop(caught)
	dir := t.TempDir()
	run := exec.CommandContext(t.Context(), "flags", "-a", "-m", "5", "--timeout", "600", "-s", server.URL+"/flags", "-o", dir)
	var out, errs transcript
	run.Stdout, run.Stderr = &out, &errs
	interrupt(t, run, held.full, syscall.SIGHUP)
	if code := run.ProcessState.ExitCode(); code != 129 || errs.String() != "flags: interrupted by SIGHUP\n" {
		t.Errorf("%v, want exit code 129\n%s", run.ProcessState, &errs)
	}
	if gifs, _, temps := inDir(t, dir, wholeSet(t)); gifs == 0 || temps != 0 || !strings.Contains(out.String(), "Elapsed time") {
		t.Errorf("%d GIFs, %d temporary files\n%s", gifs, temps, &out)
	}
}
