//go:build unix

package downloader

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

// A program that asks for far more requests at once than it may have files open
// gets all that it asked for: whoever finds no descriptor waits for one.
func TestFewDescriptors(t *testing.T) {
	if base := os.Getenv("DOWNLOADER_TEST_SITE"); base != "" {
		downloadWithFew(t, base)
		return
	}
	if testing.Short() {
		t.Skip("what waits for a free descriptor takes 2 s; make test-all runs it")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		idle(r, 20*time.Millisecond) // so that the program opens what it can
		io.WriteString(w, r.URL.Path)
	}))
	defer server.Close()
	cmd := exec.Command("sh", "-c", `ulimit -n 64 && exec "$0" -test.run '^TestFewDescriptors$' -test.v`, os.Args[0])
	cmd.Env = append(os.Environ(), "DOWNLOADER_TEST_SITE="+server.URL)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	} else {
		t.Logf("%s", out)
	}
}

// downloadWithFew runs in a process that has few descriptors.
func downloadWithFew(t *testing.T, base string) {
	dir, err := OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	for _, o := range []Options{{MaxInFlight: 1000}, {MaxInFlight: 1000, Writers: 50}, {MaxInFlight: 1000, Inline: true}} {
		var short atomic.Int64
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, network, address)
			if isShort(err) {
				short.Add(1)
			}
			return c, err
		}
		d := newDriven(dir, o)
		tasks := func(yield func(task) bool) {
			for i := range 500 {
				name := fmt.Sprint(i)
				if !yield(task{ID: name, Fetch: fetchOne(base+"/"+name, name)}) {
					return
				}
			}
		}
		saved, start := 0, time.Now()
		for r := range d.Run(t.Context(), tasks) {
			if saved += len(r.Saved); r.Err != nil {
				t.Error(r.Err)
			}
		}
		t.Logf("%v: %d shortages", time.Since(start), short.Load())
		if d.Close(); saved != 500 {
			t.Errorf("%d of 500 files saved", saved)
		}
		if short.Load() == 0 {
			t.Error("there was no shortage")
		}
	}
}
