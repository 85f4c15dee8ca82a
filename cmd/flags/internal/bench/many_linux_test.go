package bench

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/process"
	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// BenchmarkMany lets a program that imports the engine, this one, and curl fetch
// 20,000 files in turns, and prints for how many times as long as curl, and how
// many bytes of memory, it takes:
//
//	go test -run '^$' -bench Many -benchtime 1x ./cmd/flags/internal/bench
//
// FLAGS_SET names a directory of other flags than the built-in ones, and
// FLAGS_SITE a server that has them at once under /p0/br/br.gif, /p1/br/br.gif
// and so on, instead of one in this process.
func BenchmarkMany(b *testing.B) {
	const files, rounds = 20_000, 5
	peers, _ := Peers()
	if len(peers) == 0 || peers[0].Name != "curl" {
		b.Skip("curl is not installed")
	}
	base := os.Getenv("FLAGS_SITE")
	if base == "" {
		base = servePrefixes(b)
	}
	scratch, err := newScratch(cmp.Or(inShm(), b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	defer scratch.remove()
	wanted := prefixed(base, files)
	list := filepath.Join(b.TempDir(), "list")
	if err := os.WriteFile(list, []byte(curlList(wanted)), 0o666); err != nil {
		b.Fatal(err)
	}
	own := Program{Name: "engine", Path: os.Args[0]}
	for _, m := range []int{16, 100} {
		b.Run(fmt.Sprintf("m=%d", m), func(b *testing.B) {
			for b.Loop() {
				var ours, theirs []float64
				var memory int64
				for range rounds {
					one := runIn(b, scratch, own, []string{"-test.run=^TestManyClient$", base, strconv.Itoa(m), strconv.Itoa(files)})
					two := runIn(b, scratch, peers[0], peers[0].args(m, list, wanted))
					ours, theirs = append(ours, one.Wall.Seconds()), append(theirs, two.Wall.Seconds())
					memory = max(memory, one.Memory)
				}
				b.ReportMetric(figures.NewEstimate(ours).Median, "s")
				b.ReportMetric(figures.NewEstimate(ours).Median/figures.NewEstimate(theirs).Median, "of-curl")
				b.ReportMetric(float64(memory)/(1<<20), "MiB")
			}
		})
	}
}

// servePrefixes serves the flags below any number of prefixes.
func servePrefixes(b *testing.B) string {
	handler, err := flagserver.New(flagSet(), flagserver.Local())
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, path, _ := strings.Cut(r.URL.Path[1:], "/")
		r.URL.Path = "/flags/" + path
		handler.ServeHTTP(w, r)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

func runIn(b *testing.B, s *scratch, p Program, args []string) process.Cost {
	dir, err := s.next()
	if err != nil {
		b.Fatal(err)
	}
	cost, err := process.Run(b.Context(), time.Now, dir, p.Path, args)
	if err != nil {
		b.Fatal(p.Name, ": ", err)
	}
	if err := s.done(dir); err != nil {
		b.Fatal(err)
	}
	return cost
}

// prefixed is the first n files of a site of many prefixes.
func prefixed(base string, n int) (files []wanted) {
	codes, _ := flags.Select(flags.Selection{All: true})
	for prefix := 0; ; prefix++ {
		for _, code := range codes {
			for _, name := range []string{code.Lower() + ".gif", "metadata.json"} {
				if len(files) == n {
					return files
				}
				files = append(files, wanted{
					url:  fmt.Sprintf("%s/p%d/%s/%s", base, prefix, code.Lower(), name),
					name: fmt.Sprintf("p%d_%s_%s", prefix, code.Lower(), name),
				})
			}
		}
	}
}

// TestManyClient is the client of BenchmarkMany, in a process of its own.
func TestManyClient(t *testing.T) {
	if flag.NArg() != 3 {
		t.Skip("started by BenchmarkMany only")
	}
	debug.SetGCPercent(400) // as the program does
	debug.SetMemoryLimit(30 << 20)
	m, _ := strconv.Atoi(flag.Arg(1))
	n, _ := strconv.Atoi(flag.Arg(2))
	dir, err := downloader.OpenDir(".")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	d := downloader.New(downloader.Options{MaxInFlight: m})
	defer d.Close()
	for r := range downloader.Run(t.Context(), d, dir, tasksOf(prefixed(flag.Arg(0), n))) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
}

func tasksOf(files []wanted) iter.Seq[downloader.Task[struct{}]] {
	return func(yield func(downloader.Task[struct{}]) bool) {
		for _, f := range files {
			fetch := func(ctx context.Context, c *downloader.Client) (none struct{}, _ []downloader.File, _ error) {
				resp, err := c.Get(ctx, f.url)
				if err != nil {
					return none, nil, err
				}
				return none, []downloader.File{resp.File(f.name)}, nil
			}
			if !yield(downloader.Task[struct{}]{ID: f.name, Fetch: fetch}) {
				return
			}
		}
	}
}
