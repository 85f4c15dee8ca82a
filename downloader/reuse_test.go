package downloader

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// text is what a server of the tests below has under a path: of many lengths,
// and nowhere the same.
func text(path string) string {
	return strings.Repeat(path+" ", 1+len(path)*int(path[len(path)-1]))
}

func sayText(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, text(r.URL.Path)) }

// Memory that serves one body after another never shows in a file what was
// another's, however long files wait for the disk.
func TestReuse(t *testing.T) {
	inPieces := func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush() // so that the length is not told
		sayText(w, r)
	}
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		o     Options
	}{
		"handed over": {sayText, Options{MaxInFlight: 20, Writers: 3}},
		"in line":     {sayText, Options{MaxInFlight: 20, Inline: true}},
		"in pieces":   {inPieces, Options{MaxInFlight: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{delay: time.Millisecond}
				d := inMemory(t, s, tt.serve, tt.o)
				for r := range d.Run(t.Context(), numbered(500)) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				for name, data := range s.files {
					if data != text("/"+name) {
						t.Errorf("%s has %.40q", name, data)
					}
				}
				if len(s.files) != 500 {
					t.Errorf("%d files", len(s.files))
				}
			})
		})
	}
}

// No more tasks are begun than keep the slots taken, for a task that waits
// takes memory.
func TestTasksBeginAsThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int64
		tasks := func(yield func(task) bool) {
			for task := range numbered(1000) {
				begun.Add(1)
				if !yield(task) {
					return
				}
			}
		}
		d := inMemory(t, &shelf{}, (&gauge{delay: time.Second}).ServeHTTP, Options{MaxInFlight: 100})
		time.AfterFunc(500*time.Millisecond, func() {
			if n := begun.Load(); n != 100 {
				t.Errorf("%d tasks are begun for 100 slots", n)
			}
		})
		start := time.Now()
		for r := range d.Run(t.Context(), tasks) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		// Until it is known that the server is slow, not all connections are made.
		if took := time.Since(start); took > 10*time.Second+10*time.Millisecond {
			t.Errorf("1000 requests of 1 s, 100 at once, took %v", took)
		}
	})
}
