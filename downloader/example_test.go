package downloader_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"getflags/downloader"
)

// words is a server of texts, which has none called three.
func words() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/three" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, "this is "+r.URL.Path)
	}))
}

// Three files, of which the server has two, into a directory.
func Example() {
	server := words()
	defer server.Close()
	path, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(path)
	dir, err := downloader.OpenDir(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dir.Close()
	d := downloader.New(downloader.Options{MaxInFlight: 2})
	defer d.Close()

	tasks := func(yield func(downloader.Task[int]) bool) {
		for _, name := range []string{"one", "two", "three"} {
			fetch := func(ctx context.Context, c *downloader.Client) (int, []downloader.File, error) {
				answer, err := c.Get(ctx, server.URL+"/"+name)
				if err != nil {
					return 0, nil, err
				}
				return len(answer.Body), []downloader.File{answer.File(name + ".txt")}, nil
			}
			if !yield(downloader.Task[int]{ID: name, Fetch: fetch}) {
				return
			}
		}
	}
	var lines []string // results come in any order
	for r := range downloader.Run(context.Background(), d, dir, tasks) {
		if r.Err != nil {
			lines = append(lines, r.ID+": "+strings.TrimPrefix(r.Err.Error(), server.URL))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %d bytes", r.ID, r.Saved[0].Name, r.Value))
	}
	slices.Sort(lines)
	fmt.Println(strings.Join(lines, "\n"))
	// Output:
	// one: one.txt, 12 bytes
	// three: /three: 404 Not Found
	// two: two.txt, 12 bytes
}

// A task without files keeps what it has fetched in memory, and its result brings
// it.
func ExampleRun_memory() {
	server := words()
	defer server.Close()
	d := downloader.New(downloader.Options{})
	defer d.Close()
	for r := range downloader.Run(context.Background(), d, nil, texts(server.URL, "one", "two")) {
		fmt.Println(r.ID, "is", len(r.Value), "bytes:", r.Value)
	}
	// Unordered output:
	// one is 12 bytes: this is /one
	// two is 12 bytes: this is /two
}

// texts are tasks that fetch one text each.
func texts(site string, names ...string) iter.Seq[downloader.Task[string]] {
	return func(yield func(downloader.Task[string]) bool) {
		for _, name := range names {
			fetch := func(ctx context.Context, c *downloader.Client) (string, []downloader.File, error) {
				answer, err := c.Get(ctx, site+"/"+name)
				if err != nil {
					return "", nil, err
				}
				return string(answer.Body), nil, nil
			}
			if !yield(downloader.Task[string]{ID: name, Fetch: fetch}) {
				return
			}
		}
	}
}

// One request, outside of a run, with a rule of its own for what is retried: here
// a text that is not there yet.
func ExampleDownloader_Get_retry() {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 3 {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, "here it is")
	}))
	defer server.Close()
	d := downloader.New(downloader.Options{
		Retries: 5,
		RetryIf: func(err error) bool {
			var status *downloader.StatusError
			return errors.As(err, &status) && status.Code == http.StatusNotFound
		},
	})
	defer d.Close()
	answer, err := d.Get(context.Background(), server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, after %d attempts\n", answer.Body, answer.Attempts)
	// Output: here it is, after 3 attempts
}

// Leaving the loop ends the run: what is in flight is aborted, and when the
// loop is left nothing of the run is left either.
func ExampleRun_stop() {
	server := words()
	defer server.Close()
	d := downloader.New(downloader.Options{})
	defer d.Close()
	endless := func(yield func(downloader.Task[string]) bool) {
		for {
			for t := range texts(server.URL, "one", "two") {
				if !yield(t) {
					return
				}
			}
		}
	}
	results := 0
	for range downloader.Run(context.Background(), d, nil, endless) {
		if results++; results == 10 {
			break
		}
	}
	fmt.Println(results, "results")
	// Output: 10 results
}

// Events tell what a run does while it does it: here what each request brought, and
// for how many tasks files were written.
func ExampleOptions_observe() {
	server := words()
	defer server.Close()
	path, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(path)
	dir, err := downloader.OpenDir(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dir.Close()

	var mu sync.Mutex // events come from several goroutines
	var lines []string
	writes := 0
	d := downloader.New(downloader.Options{Observe: func(e downloader.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case *downloader.RequestDone:
			lines = append(lines, fmt.Sprintf("%s: attempt %d, status %d, %d bytes", e.Task, e.Number, e.Status, e.Bytes))
		case *downloader.FilesWritten:
			writes++ // in e.Took(), by the writer e.Writer
		}
	}})
	defer d.Close()
	fetch := func(name string) downloader.Task[int] {
		return downloader.Task[int]{ID: name, Fetch: func(ctx context.Context, c *downloader.Client) (int, []downloader.File, error) {
			answer, err := c.Get(ctx, server.URL+"/"+name)
			if err != nil {
				return 0, nil, err
			}
			return len(answer.Body), []downloader.File{answer.File(name)}, nil
		}}
	}
	tasks := slices.Values([]downloader.Task[int]{fetch("one"), fetch("two"), fetch("three")})
	for range downloader.Run(context.Background(), d, dir, tasks) {
	}
	slices.Sort(lines)
	fmt.Println(strings.Join(lines, "\n"))
	fmt.Println(writes, "tasks' files written")
	// Output:
	// one: attempt 1, status 200, 12 bytes
	// three: attempt 1, status 404, 19 bytes
	// two: attempt 1, status 200, 12 bytes
	// 2 tasks' files written
}
