package downloader_test

import (
	"context"
	"fmt"
	"os"

	"getflags/downloader"
)

// Pictures that all come from one site. The pages in docs/ show this code.
func ExampleRun() {
	server := words()
	defer server.Close()
	path, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(path)
	if err := getPictures(context.Background(), path, server.URL+"/", []string{"one", "two"}); err != nil {
		fmt.Println(err)
	}
	// Unordered output:
	// one 12 <nil>
	// two 12 <nil>
}

func getPictures(ctx context.Context, path, site string, names []string) error {
	dir, err := downloader.OpenDir(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	d := downloader.New(downloader.Options{MaxInFlight: 20})
	defer d.Close()

	tasks := func(yield func(downloader.Task[int]) bool) {
		for _, name := range names {
			fetch := func(ctx context.Context, c *downloader.Client) (int, []downloader.File, error) {
				answer, err := c.Get(ctx, site+name)
				if err != nil {
					return 0, nil, err
				}
				return len(answer.Body), []downloader.File{answer.File(name)}, nil
			}
			if !yield(downloader.Task[int]{ID: name, Fetch: fetch}) {
				return
			}
		}
	}
	for r := range downloader.Run(ctx, d, dir, tasks) { // in the order of completion
		fmt.Println(r.ID, r.Value, r.Err)
	}
	return nil
}
