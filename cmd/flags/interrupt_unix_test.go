//go:build unix

package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"getflags/flags/flagserver"
)

// An interrupt ends a run that waits for its answers: what is in flight is
// aborted, nothing new begins, what was done is whole, and the summary says
// what was not.
func TestInterrupt(t *testing.T) {
	set := wholeSet(t)
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			const answered, m = 40, 5
			site, err := flagserver.New(flagserver.Set(), flagserver.Local())
			if err != nil {
				t.Fatal(err)
			}
			held := newHeld(site, answered, m)
			server := httptest.NewServer(held)
			defer server.Close()
			dir := t.TempDir()
			var out transcript
			run := exec.CommandContext(t.Context(), "flags", "-a", "-m", strconv.Itoa(m), "--timeout", "600", "-s", server.URL+"/flags", "-o", dir)
			run.Stdout = &out
			interrupt(t, run, held.full, signal)

			if got := run.ProcessState.ExitCode(); got != code {
				t.Errorf("%v, want exit code %d", run.ProcessState, code)
			}
			if n := held.requests(); n != answered+m {
				t.Errorf("%d requests, want %d: none after the signal", n, answered+m)
			}
			gifs, _, temps := inDir(t, dir, set)
			// Five requests are held, so at least fifteen flags have both theirs.
			if gifs < (answered-m)/2-m || temps != 0 {
				t.Errorf("%d GIFs, %d temporary files", gifs, temps)
			}
			for _, line := range []string{
				strconv.Itoa(gifs) + " flags downloaded.", strconv.Itoa(194-gifs) + " not done.", "Elapsed time: ",
			} {
				if !strings.Contains(out.String(), line) {
					t.Errorf("the summary lacks %q\n%s", line, &out)
				}
			}
			if strings.Contains(out.String(), "error") {
				t.Errorf("what was aborted is no error\n%s", &out)
			}
		})
	}
}

// interrupt starts a program, sends it a signal when it is time, and waits
// for its end.
func interrupt(t *testing.T, run *exec.Cmd, when <-chan struct{}, signal syscall.Signal) {
	t.Helper()
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "as many requests as may be open", when)
	if err := run.Process.Signal(signal); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := run.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
}

// A second signal ends even a program that cannot end by itself, here because
// it has more to say than the pipe takes that nobody reads.
func TestSecondInterrupt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			// Fourteen lines, each with a URL of 8000 bytes, are more than the
			// 64 KiB of a pipe. They are few enough for the engine to go on
			// until five requests are held.
			held := newHeld(http.HandlerFunc(http.NotFound), 14, 5)
			server := httptest.NewServer(held)
			defer server.Close()
			long := server.URL + "/" + strings.Repeat("x", 8000)
			run := exec.CommandContext(t.Context(), "flags", "-a", "-v", "-m", "5", "--no-metadata",
				"--timeout", "600", "-s", long, "-o", t.TempDir())
			out, err := run.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, "as many requests as may be open", held.full)
			run.Process.Signal(signal)
			await(t, "requests aborted by the first signal", held.aborted)
			run.Process.Signal(signal)
			state, err := run.Process.Wait()
			if err != nil {
				t.Fatal(err)
			}
			if status := state.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != signal {
				t.Errorf("ended with %v, want by the signal", state)
			}
			said, err := io.ReadAll(out)
			if err != nil || regexp.MustCompile(`(?m)^Elapsed time`).Match(said) {
				t.Errorf("said all it had to say, so nothing was in its way: %d bytes, %v", len(said), err)
			}
		})
	}
}

// An interrupted bench tells of the rounds that were whole, and leaves none of
// its directories.
func TestInterruptedBench(t *testing.T) {
	// Each round is two requests, and the first is to warm up.
	for answered, want := range map[int]string{3: "", 11: "\n2 flags in 2 requests; 4 rounds (an interval takes at least 6)\n"} {
		site, err := flagserver.New(flagserver.Set(), flagserver.Local())
		if err != nil {
			t.Fatal(err)
		}
		held := newHeld(site, answered, 1)
		server := httptest.NewServer(held)
		defer server.Close()
		dir := t.TempDir()
		var out transcript
		run := exec.CommandContext(t.Context(), "flags", "bench", "--modes", "sequential", "--no-metadata", "-l", "2", "--runs", "100",
			"--timeout", "600", "-s", server.URL+"/flags", "--dir", dir)
		run.Stdout = &out
		interrupt(t, run, held.full, syscall.SIGINT)
		if got := run.ProcessState.ExitCode(); got != 130 {
			t.Errorf("%v, want exit code 130", run.ProcessState)
		}
		_, report, _ := strings.Cut(out.String(), "; seed ")
		if reported := strings.Contains(report, " requests; "); reported != (want != "") || !strings.Contains(report, want) {
			t.Errorf("after %d answers the report is\n%s", answered, &out)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v is left (%v)", left, err)
		}
	}
}
