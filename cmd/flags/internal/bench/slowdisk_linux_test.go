package bench

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"getflags/cmd/flags/internal/figures"
	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// BenchmarkSlowDisk fetches all flags from a server that takes 100 ms for each
// answer onto a file system that takes 100 ms for each write, and prints how
// long that takes with several numbers of writers, 0 being in line, and how
// many times as long as by theory:
//
//	go test -run '^$' -bench SlowDisk -benchtime 5x ./cmd/flags/internal/bench
//
// It takes /dev/fuse and a superuser. Without them, 'flags bench --delay .1
// --write-delay .1 -m 16 --writers 0,16' slows the writers of the program.
func BenchmarkSlowDisk(b *testing.B) {
	const delay, write = 100 * time.Millisecond, 100 * time.Millisecond
	disk := mountSlow(b, write)
	handler, err := flagserver.New(flagserver.Set(), flagserver.Behaviour{MinDelay: delay, MaxDelay: delay})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	site := flags.Site{Base: server.URL + "/flags"}
	modes := (&Engine{Kinds: []string{Concurrent}, Requests: []int{16}, Writers: []int{0, 16, 32}}).Modes()
	seconds := make([][]float64, len(modes))
	for round := 0; b.Loop(); round++ {
		for i, mode := range modes {
			dir := filepath.Join(disk, fmt.Sprint(round, "-", i))
			seconds[i] = append(seconds[i], fetchAll(b, mode, site, dir).Seconds())
		}
	}
	work := Work{Requests: 2 * 194, Sets: 194, Latency: delay.Seconds(), WriteDelay: write.Seconds()}
	for i, mode := range modes {
		e := figures.NewEstimate(seconds[i])
		b.ReportMetric(e.Median, fmt.Sprintf("s/writers=%d", mode.Writers))
		b.ReportMetric(e.Median/mode.Ideal(work), fmt.Sprintf("writers=%d/ideal", mode.Writers))
	}
}

// fetchAll is how long it takes to save all flags, one file each.
func fetchAll(b *testing.B, mode Mode, site flags.Site, path string) time.Duration {
	dir, err := downloader.OpenDir(path)
	if err != nil {
		b.Fatal(err)
	}
	defer dir.Close()
	codes, err := flags.Select(flags.Selection{All: true})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	d := downloader.New(downloader.Options{MaxInFlight: mode.Requests, Writers: mode.Writers, Inline: mode.Name == Inline})
	defer d.Close()
	for r := range flags.Download(b.Context(), d, dir, flags.Job{Site: site}, codes) {
		if r.Err != nil {
			b.Fatal(r.Err)
		}
	}
	return time.Since(start)
}

// slowNode is a file or directory that passes on what is done to it, but
// writes new files late.
type slowNode struct {
	*fs.LoopbackNode
	delay time.Duration
}

// WrapChild implements [fs.NodeWrapChilder].
func (n *slowNode) WrapChild(_ context.Context, child fs.InodeEmbedder) fs.InodeEmbedder {
	return &slowNode{child.(*fs.LoopbackNode), n.delay}
}

// Create implements [fs.NodeCreater].
func (n *slowNode) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	node, file, how, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno == 0 {
		file = &slowFile{file.(*fs.LoopbackFile), n.delay}
	}
	return node, file, how, errno
}

type slowFile struct {
	*fs.LoopbackFile
	delay time.Duration
}

// PassthroughFd keeps the kernel from writing by itself.
func (f *slowFile) PassthroughFd() (int, bool) { return 0, false }

// Write implements [fs.FileWriter].
func (f *slowFile) Write(ctx context.Context, data []byte, at int64) (uint32, syscall.Errno) {
	<-time.After(f.delay)
	return f.LoopbackFile.Write(ctx, data, at)
}

// mountSlow mounts a file system on which each write takes a while.
func mountSlow(b *testing.B, delay time.Duration) (path string) {
	below, path := b.TempDir(), b.TempDir()
	root, err := fs.NewLoopbackRoot(below)
	if err != nil {
		b.Fatal(err)
	}
	slow := &slowNode{root.(*fs.LoopbackNode), delay}
	server, err := fs.Mount(path, slow, &fs.Options{MountOptions: fuse.MountOptions{DirectMountStrict: true}})
	if err != nil {
		b.Skip("no slow disk here: ", err)
	}
	b.Cleanup(func() {
		if err := server.Unmount(); err != nil {
			b.Error(err)
		}
	})
	return path
}
