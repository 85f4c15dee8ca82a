//go:build unix

package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"getflags/downloader/trace/tracetest"
	"getflags/flags/flagserver"
)

// A run that is interrupted leaves a trace of what it did, complete.
func TestTraceOfInterruptedRun(t *testing.T) {
	for _, name := range []string{"run.json", "run.html"} {
		t.Run(name, func(t *testing.T) {
			site, err := flagserver.New(flagserver.Set(), flagserver.Local())
			if err != nil {
				t.Fatal(err)
			}
			held := newHeld(site, 40, 5)
			server := httptest.NewServer(held)
			defer server.Close()
			file := filepath.Join(t.TempDir(), name)
			run := exec.CommandContext(t.Context(), "flags", "-a", "-m", "5", "--timeout", "600",
				"-s", server.URL+"/flags", "-o", t.TempDir(), "--trace", file)
			interrupt(t, run, held.full, syscall.SIGINT)
			if got := run.ProcessState.ExitCode(); got != 130 {
				t.Errorf("%v, want exit code 130", run.ProcessState)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".html" {
				if !strings.HasSuffix(string(data), "</script>\n</body>\n</html>\n") || !strings.Contains(string(data), "interrupted by") {
					t.Errorf("the page ends with %q", data[max(0, len(data)-100):])
				}
				return
			}
			counts, err := tracetest.Check(data, 5)
			if err != nil || counts["request"] != 45 {
				t.Errorf("counts %v, %v; want 45 requests", counts, err)
			}
		})
	}
}

// What a run that is killed did until a second before is in its trace, which
// can be opened.
func TestTraceOfKilledRun(t *testing.T) {
	if testing.Short() {
		t.Skip("a trace is written once a second: takes 2 s; make test-all runs it")
	}
	for _, name := range []string{"run.json", "run.html"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, err := flagserver.New(flagserver.Set(), flagserver.Local())
			if err != nil {
				t.Fatal(err)
			}
			held := newHeld(site, 40, 5)
			server := httptest.NewServer(held)
			defer server.Close()
			file := filepath.Join(t.TempDir(), name)
			run := exec.CommandContext(t.Context(), "flags", "-a", "-m", "5", "--timeout", "600",
				"-s", server.URL+"/flags", "-o", t.TempDir(), "--trace", file)
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, "as many requests as may be open", held.full)
			// Forty answers are a few kilobytes, which no buffer would write by itself.
			for whole := 0; whole < 20; {
				time.Sleep(10 * time.Millisecond) // nothing tells when a file is written
				data, _ := os.ReadFile(file)
				whole = strings.Count(string(data), ".gif\"")
			}
			run.Process.Kill()
			run.Wait()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".html" {
				if last := strings.TrimSuffix(string(data), "\n"); last == string(data) || !strings.HasSuffix(last, "]") {
					t.Errorf("the page ends with %q", data[max(0, len(data)-100):])
				}
				return
			}
			if !json.Valid(append(data, ']')) { // the bracket is what viewers do without
				t.Errorf("the trace ends with %q", data[max(0, len(data)-100):])
			}
		})
	}
}

// A pipe that nobody reads yet is waited for, but not against an interrupt.
func TestInterruptedWaitForReader(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.json")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{{"bench", "--json", pipe}, {"--trace", pipe, "-o", t.TempDir()}, {"gallery", "-o", pipe, "."}} {
		run := exec.CommandContext(t.Context(), "flags", append(args, "-s", localSite(t))...)
		if args[0] == "gallery" {
			run = exec.CommandContext(t.Context(), "flags", args...)
		}
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // so that it waits; earlier, the signal ends it by itself
		run.Process.Signal(os.Interrupt)
		run.Wait()
		if code := shellCode(run.ProcessState); code != 130 {
			t.Errorf("flags %q: %v, want exit code 130", args, run.ProcessState)
		}
	}
}
