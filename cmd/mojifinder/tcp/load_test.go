package tcp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	crowd   = 1000 // clients
	queries = 10   // that each has sent before it reads the first answer
)

// counting counts the lines of a log.
type counting struct {
	mu sync.Mutex
	n  map[string]int // by message
}

func (c *counting) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, rest, _ := bytes.Cut(line, []byte("msg="))
	message, _, _ := bytes.Cut(rest, []byte(" "))
	c.n[string(message)]++
	return len(line), nil
}

// TestCrowd has a thousand clients send ten thousand queries at once, time
// and again, while others ask for megabytes and never read: every query is
// answered, and the heap does not grow from one time to the next.
func TestCrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("forty thousand queries take a second; make test-all runs it")
	}
	log := &counting{n: map[string]int{}}
	server := quiet(DefaultLimits())
	server.Log = slog.New(slog.NewTextHandler(log, nil))
	server.Limits.Write, server.Limits.Grace = time.Hour, time.Hour
	local := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- server.Serve(ctx, local) }()

	stuck := gather(t, local, 10)
	for _, c := range stuck {
		c.send(t, strings.Repeat("letter\n", 100))
	}
	clients := gather(t, local, crowd)
	var heap [4]uint64
	for round := range heap {
		took := askAll(t, clients)
		heap[round] = heapAlloc()
		t.Logf("round %d: %d clients, %d queries answered in %v (%.0f a second), heap %.1f MB",
			round+1, crowd, crowd*queries, took.Round(time.Millisecond), crowd*queries/took.Seconds(), float64(heap[round])/1e6)
	}
	if first, last := heap[0], heap[len(heap)-1]; last > first+1<<20 {
		t.Errorf("heap grew from %d to %d bytes", first, last)
	}
	for _, c := range append(clients, stuck...) {
		c.Close()
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n, want := log.n["query"], len(heap)*crowd*queries; n < want || log.n["closed"] != crowd+len(stuck) {
		t.Errorf("log lines %v, want a query for each of %d and a closed for each client", log.n, want)
	}
}

// gather connects n clients, each of which has seen its prompt.
func gather(t *testing.T, l net.Listener, n int) []*client {
	t.Helper()
	clients := make([]*client, n)
	for i := range clients {
		conn, err := net.Dial("tcp", l.Addr().String())
		if errors.Is(err, syscall.EMFILE) {
			t.Skipf("connection %d: %v; raise ulimit -n above %d", i, err, 2*crowd+100)
		}
		if err != nil {
			t.Fatal(err)
		}
		clients[i] = newClient(conn)
		clients[i].expect(t, prompt)
	}
	return clients
}

// askAll has all clients send and read at once.
func askAll(t *testing.T, clients []*client) time.Duration {
	t.Helper()
	began := time.Now()
	want := strings.Repeat(report("cat face")+prompt, queries)
	var all sync.WaitGroup
	for _, c := range clients {
		all.Go(func() {
			if _, err := io.WriteString(c, strings.Repeat("cat face\r\n", queries)); err != nil {
				t.Error(err)
			}
			got := make([]byte, len(want))
			if n, err := io.ReadFull(c.in, got); err != nil || string(got) != want {
				t.Errorf("got %q, %v", got[:n], err)
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// heapAlloc is the memory of server and clients that is in use.
func heapAlloc() uint64 {
	runtime.GC()
	runtime.GC() // the second frees what the first had finalizers run for
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkQuery is a query and its answer over one connection.
func BenchmarkQuery(b *testing.B) {
	ctx, stop := context.WithCancel(b.Context())
	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- quiet(DefaultLimits()).Serve(ctx, local) }()
	conn, err := net.Dial("tcp", local.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	answer := make([]byte, len(report("cat face")+prompt))
	io.ReadFull(conn, answer[:len(prompt)])
	for b.Loop() {
		io.WriteString(conn, "cat face\n")
		if _, err := io.ReadFull(conn, answer); err != nil {
			b.Fatal(err)
		}
	}
	conn.Close()
	stop()
	<-done
}
