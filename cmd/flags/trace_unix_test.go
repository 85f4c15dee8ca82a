//go:build unix

package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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
