package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"getflags/cmd/blogdom/internal/dnstest"
	"getflags/cmd/internal/command"
)

// run runs the program with stdin as its standard input.
func run(ctx context.Context, stdin io.Reader, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	app := newApp()
	app.Reader, app.Writer, app.ErrWriter = stdin, &o, &e
	return command.Run(ctx, app, args), o.String(), e.String()
}

// Words are probed while standard input is still open, and Ctrl-C does not
// wait for it.
func TestInterruptedWhileReading(t *testing.T) {
	defer goleak.VerifyNone(t)
	server := dnstest.Start(t, nil)
	defer server.Close()
	stdin, typist := io.Pipe()
	defer typist.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	go func() {
		io.WriteString(typist, "with\nelif\n")
		server.Await("elif.dev")
		cancel(&command.Interrupt{Signal: syscall.SIGTERM})
	}()
	code, out, errs := run(ctx, stdin, "--resolver", server.Addr.String(), "-m1", "--words", "-")
	if code != 143 || !strings.HasPrefix(out, "  with.dev\n") || !strings.HasSuffix(errs, "blogdom: interrupted by SIGTERM\n") {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}

// rejecting is a writer that always fails.
type rejecting struct{}

func (rejecting) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// If nothing can be printed, the program ends, even with a silent server and an
// input that stays open.
func TestNowhereToWrite(t *testing.T) {
	defer goleak.VerifyNone(t)
	server := dnstest.Start(t, dnstest.Zone{"with.dev": dnstest.Addresses("192.0.2.1"), "*": dnstest.Silent})
	defer server.Close()
	for _, format := range []string{"--columns=false", "--columns", "--json"} {
		stdin, typist := io.Pipe()
		app := newApp()
		app.Reader, app.Writer, app.ErrWriter = stdin, rejecting{}, io.Discard
		args := []string{"--resolver", server.Addr.String(), "--timeout", "1h", "--words", "-", "for", "with", format}
		if code := command.Run(t.Context(), app, args); code != 1 {
			t.Errorf("%s: exit code %d", format, code)
		}
		typist.Close()
	}
}

// endless is a file of n different words and one line of a megabyte.
func endless(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		for i := range n {
			fmt.Fprintf(w, "word%d\n", i)
		}
		io.WriteString(w, strings.Repeat("x", 1<<20)+"\n")
		w.Close()
	}()
	return r
}

// A words file is never held in memory whole: twenty times the words use no more
// memory.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("two hundred thousand words take a second; make test-all runs it")
	}
	inUse := func(words int) uint64 {
		s := source{tld: "dev", file: &wordFile{name: "-", stdin: endless(words)}, recent: recent{room: 1000}}
		n := 0
		for range s.names(t.Context()) {
			n++
		}
		if n != words+1 {
			t.Errorf("%d names, want %d", n, words+1)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(&s)
		return m.HeapAlloc
	}
	few, many := inUse(10_000), inUse(200_000)
	if many > few+1<<20 {
		t.Errorf("%d bytes in use after 10,000 words, %d after 200,000", few, many)
	}
}

func TestKeywords(t *testing.T) {
	words := keywords()
	if len(words) != 35 || !slices.IsSorted(words) {
		t.Errorf("%d keywords, want 35, sorted: %v", len(words), words)
	}
	short := slices.DeleteFunc(words, func(w string) bool { return len(w) > 4 })
	const want = "and as def del elif else for from if in is none not or pass true try with"
	if got := strings.Join(short, " "); got != want {
		t.Errorf("of at most four letters %q, want %q", got, want)
	}
}
