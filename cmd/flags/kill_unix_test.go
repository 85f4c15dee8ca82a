//go:build unix

package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
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
