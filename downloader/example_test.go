package downloader_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	"getflags/downloader"
)

// Three files, of which the server has two.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/three" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, "this is "+r.URL.Path)
	}))
	defer server.Close()
	path, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(path)
	dir, err := downloader.OpenDir(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dir.Close()
	d := downloader.New(dir, downloader.Options{MaxRequests: 2})
	defer d.Close()

	tasks := func(yield func(downloader.Task) bool) {
		for _, name := range []string{"one", "two", "three"} {
			fetch := func(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
				answer, err := c.Get(ctx, server.URL+"/"+name)
				if err != nil {
					return nil, err
				}
				return []downloader.File{{Name: name + ".txt", Data: answer.Body}}, nil
			}
			if !yield(downloader.Task{ID: name, Fetch: fetch}) {
				return
			}
		}
	}
	var lines []string // results come in any order
	for r := range d.Run(context.Background(), tasks) {
		if r.Err != nil {
			lines = append(lines, r.Task.ID+": "+strings.TrimPrefix(r.Err.Error(), server.URL))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %d bytes", r.Task.ID, r.Saved[0].Name, r.Saved[0].Size))
	}
	slices.Sort(lines)
	fmt.Println(strings.Join(lines, "\n"))
	// Output:
	// one: one.txt, 12 bytes
	// three: /three: 404 Not Found
	// two: two.txt, 12 bytes
}

// Leaving the loop ends the run: what is in flight is aborted, and when the
// loop is left nothing of the run is left either.
func ExampleDownloader_Run_stop() {
	server := httptest.NewServer(http.FileServer(http.Dir(".")))
	defer server.Close()
	path, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(path)
	dir, _ := downloader.OpenDir(path)
	defer dir.Close()
	d := downloader.New(dir, downloader.Options{})
	defer d.Close()

	endless := func(yield func(downloader.Task) bool) {
		for n := 0; yield(downloader.Task{
			ID: fmt.Sprint(n),
			Fetch: func(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
				_, err := c.Get(ctx, server.URL+"/doc.go")
				return nil, err
			},
		}); n++ {
		}
	}
	results := 0
	for range d.Run(context.Background(), endless) {
		if results++; results == 10 {
			break
		}
	}
	fmt.Println(results, "results")
	// Output: 10 results
}
