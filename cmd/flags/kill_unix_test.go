//go:build unix

package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"getflags/flags/flagserver"
)

// However often and whenever the program is killed, the directory holds whole
// files only, and the next run completes it and clears up.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("ten kills take 2 s; make test-all runs it")
	}
	set := wholeSet(t)
	server := httptest.NewServer(http.HandlerFunc(halting))
	defer server.Close()
	kills := 10
	if long() {
		kills = 100
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))

	length := runWhole(t, server.URL, t.TempDir())
	dir := t.TempDir()
	caught := 0 // kills after which files half written lay there
	for range kills {
		killAfter(t, time.Duration(moments.Int64N(int64(length))), server.URL, dir)
		if _, _, temps := inDir(t, dir, set); temps > 0 {
			caught++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d kills in runs of %v; temporary files after %d", kills, length, caught)
	runWhole(t, server.URL, dir)
	if gifs, jsons, temps := inDir(t, dir, set); gifs != 194 || jsons != 194 || temps != 0 {
		t.Errorf("%d GIFs, %d JSON, %d temporary files after the last run; want 194, 194, 0", gifs, jsons, temps)
	}
}

// halting is a site that sends each file in two parts, so that kills meet
// requests at every stage.
func halting(w http.ResponseWriter, r *http.Request) {
	file, err := flagserver.Set().Open(strings.TrimPrefix(r.URL.Path, "/flags/"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	io.CopyN(w, file, 1000)
	http.NewResponseController(w).Flush()
	select {
	case <-time.After(2 * time.Millisecond):
		io.Copy(w, file)
	case <-r.Context().Done():
	}
}

// wholeRun is the program at work on the whole set.
func wholeRun(url, dir string) *exec.Cmd {
	run := exec.Command("flags", "-a", "-m", "20", "--save-metadata", "-s", url+"/flags", "-o", dir)
	// Under the race detector a program sleeps for a second before it exits,
	// and most kills would find it asleep.
	run.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	return run
}

// runWhole lets the program come to its end and returns how long that took.
func runWhole(t *testing.T, url, dir string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := wholeRun(url, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start)
}

func killAfter(t *testing.T, moment time.Duration, url, dir string) {
	t.Helper()
	run := wholeRun(url, dir)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	// The wait is not for anything: the moment it ends is what is tested.
	<-time.After(moment)
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	run.Wait() // the error is that it was killed, unless it was done by then
}

// A record that ends early, as its run was killed, has the retry do what it
// does not mention, from kill to kill, until all is there.
func TestRetryOfKilledRun(t *testing.T) {
	const all = 20
	held := make(chan struct{})
	site := holding(6, held)
	server := httptest.NewServer(site)
	defer server.Close()
	dir := t.TempDir()
	record := filepath.Join(dir, "run.json")
	run := func(args ...string) *exec.Cmd {
		cmd := exec.Command("flags", append(args, "--json", "-m", "4", "-s", server.URL+"/flags", "-o", dir+"/out", "--timeout", "60")...)
		out, err := os.Create(record)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	killed := run("-al", strconv.Itoa(all))
	<-held // six flags' answers are out, and no other will be
	killed.Process.Kill()
	killed.Wait()
	site.open.Store(true)
	if err := os.Rename(record, record+".1"); err != nil {
		t.Fatal(err)
	}
	retry := run("--retry-failed", record+".1")
	if err := retry.Wait(); err != nil {
		t.Error(err)
	}
	if flags, _ := filepath.Glob(dir + "/out/*.gif"); len(flags) != all {
		t.Errorf("%d flags, want %d", len(flags), all)
	}
	if text, err := os.ReadFile(record); err != nil || !strings.Contains(string(text), `"not_done":0`) {
		t.Errorf("%v:\n%s", err, text)
	}
}

// A holdingSite answers for the first flags, and to the rest only when it is
// open.
type holdingSite struct {
	answers int64
	given   atomic.Int64
	held    chan struct{} // closed when a request is held
	once    sync.Once
	open    atomic.Bool
}

func holding(flags int64, held chan struct{}) *holdingSite {
	return &holdingSite{answers: 2 * flags, held: held}
}

func (s *holdingSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.given.Add(1) > s.answers && !s.open.Load() {
		s.once.Do(func() { close(s.held) })
		<-r.Context().Done()
		return
	}
	http.StripPrefix("/flags", http.FileServerFS(flagserver.Set())).ServeHTTP(w, r)
}
