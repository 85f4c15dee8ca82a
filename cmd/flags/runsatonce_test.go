package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"getflags/cmd/flags/internal/builtin"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// local is the site LOCAL, whose port has to be free for the test.
func local(t *testing.T) flags.Site {
	t.Helper()
	site, err := flags.ParseSite("LOCAL")
	if err != nil {
		t.Fatal(err)
	}
	listeners, err := flagserver.Listen("localhost", builtin.Port("LOCAL"))
	builtin.CloseAll(listeners)
	if errors.Is(err, syscall.EADDRINUSE) {
		t.Skip("port 8000 is not free")
	}
	return site
}

// A run does not use the server that another run brought along, as that ends
// with the other; its site is the same all the same.
func TestServerOfAnotherRun(t *testing.T) {
	site := local(t)
	another, err := builtin.Start(t.Context(), site, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer another.Stop()
	dir := t.TempDir()
	for _, args := range []string{"BR CN -v --stats -o plain", "mirror -o copy BR", "bench BR --runs 1 --warmup 0 -m 1"} {
		run := exec.CommandContext(t.Context(), "flags", strings.Fields(args)...)
		run.Dir = dir
		out, err := run.CombinedOutput()
		if err != nil {
			t.Errorf("flags %s: %v\n%s", args, err, out)
		}
		const site = "LOCAL site: http://localhost:8000/flags (built-in server on a port of its own, beside that of another run)\n"
		if !strings.HasPrefix(string(out), site) {
			t.Errorf("flags %s:\n%s", args, out)
		}
	}
	if manifest, err := os.ReadFile(filepath.Join(dir, "copy", "manifest.json")); err != nil || !strings.Contains(string(manifest), `"http://localhost:8000/flags/br/br.gif"`) {
		t.Errorf("the manifest has another site (%v)\n%s", err, manifest)
	}
	if n := requestsAt(t, "http://localhost:8000/-/stats"); n != 0 {
		t.Errorf("the other run's server was asked %d times", n)
	}
}

// requestsAt is how many requests a server had.
func requestsAt(t *testing.T, stats string) (n int) {
	t.Helper()
	resp, err := http.Get(stats)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var told struct{ Requests *int }
	if err := json.NewDecoder(resp.Body).Decode(&told); err != nil || told.Requests == nil {
		t.Fatalf("%v: no number of requests", err)
	}
	return *told.Requests
}

// Whoever comes first has the port, and whoever ends first ends nobody else.
func TestRunsAtOnce(t *testing.T) {
	local(t)
	dir := t.TempDir()
	var runs sync.WaitGroup
	for i := range 6 {
		runs.Go(func() {
			for range 2 {
				run := exec.CommandContext(t.Context(), "flags", "-al", []string{"1", "5", "60"}[i%3], "-m", "20", "-o", filepath.Join(dir, string(rune('a'+i))))
				if out, err := run.CombinedOutput(); err != nil {
					t.Errorf("%q: %v\n%s", run.Args, err, out)
				}
			}
		})
	}
	runs.Wait()
}
