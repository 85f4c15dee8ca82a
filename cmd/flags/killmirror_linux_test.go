package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"getflags/flags"
	"getflags/flags/mirror"
)

// A mirror is killed at random moments of its runs while the site changes, and
// watched all the time: what lies on the disk is always an image with the
// metadata of its version, and a whole run, whichever kill it comes after,
// converges.
func TestKillMirror(t *testing.T) {
	if testing.Short() {
		t.Skip("ten kills take 2 s; make test-all runs it")
	}
	site := &changing{}
	site.every.Store(150)
	server := httptest.NewServer(site)
	defer server.Close()
	kills := 10
	if long() {
		kills = 100
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	run := func() *exec.Cmd {
		return exec.Command("flags", "mirror", "-q", "-m", "20", "-o", dir, "-s", server.URL)
	}
	start := time.Now()
	if out, err := run().CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	length := time.Since(start)

	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	var looks atomic.Int64
	watching.Go(func() {
		for ctx.Err() == nil {
			looks.Add(int64(lookAtAll(t, dir)))
		}
	})
	midway := 0 // kills that left something unfinished
	for kill := range kills {
		victim := run()
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		// The wait is not for anything: the moment it ends is what is tested.
		<-time.After(time.Duration(moments.Int64N(int64(length))))
		if err := victim.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		victim.Wait() // the error is that it was killed, unless it was done by then
		lookAtAll(t, dir)
		if left, _ := filepath.Glob(filepath.Join(dir, ".mirror-*")); len(left) > 0 {
			midway++
		}
		if (kill+1)%(kills/5) == 0 {
			converge(t, site, run(), dir)
		}
	}
	stop()
	watching.Wait()
	t.Logf("%d kills in runs of %v, %d with something unfinished; %d flags looked at; version %d",
		kills, length, midway, looks.Load(), site.version())
}

// converge lets a run come to its end while the site stands still, and holds
// that the mirror is whole and of the site's version then.
func converge(t *testing.T, site *changing, run *exec.Cmd, dir string) {
	t.Helper()
	every := site.every.Swap(0)
	defer site.every.Store(every)
	last := site.version()
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if files, faults, err := mirror.Verify(t.Context(), dir); files != 2*194 || faults != nil || err != nil {
		t.Errorf("%d files, %v, %v", files, faults, err)
	}
	for _, c := range flags.Available() {
		if image, _, err := versionsOf(dir, c); image != fmt.Sprint(last) || err != nil {
			t.Errorf("%s: version %s, want %d; %v", c, image, last, err)
		}
	}
}

// changing is a site that gets a new version after so many requests.
type changing struct {
	every    atomic.Int64 // 0: it stands still
	requests atomic.Int64
	old      atomic.Int64
}

func (s *changing) version() int64 { return s.old.Load() }

func (s *changing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if n, every := s.requests.Add(1), s.every.Load(); every > 0 && n%every == 0 {
		s.old.Add(1)
	}
	v := s.version()
	etag := fmt.Sprintf(`"%d"`, v)
	w.Header().Set("ETag", etag)
	switch {
	case r.Header.Get("If-None-Match") == etag:
		w.WriteHeader(http.StatusNotModified)
	case strings.HasSuffix(r.URL.Path, ".json"):
		fmt.Fprintf(w, `{"country": "%d"}`, v)
	default:
		io.WriteString(w, imageOf(fmt.Sprint(v)))
	}
}

// imageOf is an image that tells its version from its beginning to its end, so
// that one put together from two is no image of either.
func imageOf(version string) string { return "GIF89a " + strings.Repeat(version+" ", 1000) }

// lookAtAll looks at every flag and returns at how many.
func lookAtAll(t *testing.T, dir string) int {
	for _, c := range flags.Available() {
		image, metadata, err := versionsOf(dir, c)
		if err != nil || image != metadata {
			t.Errorf("%s: image of version %q, metadata of %q; %v", c, image, metadata, err)
		}
	}
	return 194
}

// versionsOf reads both files through one handle of their directory, as they
// stand at one moment. A directory taken away since is looked at again.
func versionsOf(dir string, c flags.Code) (image, metadata string, err error) {
	for range 1000 {
		image, metadata, err = readPair(filepath.Join(dir, c.Lower()), c)
		if err == nil || !os.IsNotExist(err) {
			return image, metadata, err
		}
	}
	return "", "", err
}

func readPair(home string, c flags.Code) (image, metadata string, err error) {
	root, err := os.OpenRoot(home)
	if err != nil {
		return "", "", fmt.Errorf("the flag has no directory: %v", err)
	}
	defer root.Close()
	a, err := root.Open(c.Lower() + ".gif")
	if err != nil {
		return "", "", err
	}
	defer a.Close()
	b, err := root.Open("metadata.json")
	if err != nil {
		return "", "", err
	}
	defer b.Close()
	pixels, err := io.ReadAll(a)
	if err != nil {
		return "", "", err
	}
	told, err := io.ReadAll(b)
	metadata = strings.TrimSuffix(strings.TrimPrefix(string(told), `{"country": "`), `"}`)
	if image = metadata; string(pixels) != imageOf(image) {
		image = fmt.Sprintf("not this one: %.30q…, %d bytes", pixels, len(pixels))
	}
	return image, metadata, err
}
