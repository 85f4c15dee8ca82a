package tcp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"getflags/cmd/mojifinder/charindex"
	"getflags/internal/pipes"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var index = sync.OnceValue(charindex.New)

type client struct {
	net.Conn
	in *bufio.Reader
}

func newClient(conn net.Conn) *client { return &client{conn, bufio.NewReader(conn)} }

// expect reads exactly want.
func (c *client) expect(t *testing.T, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c.in, got); err != nil || string(got) != want {
		t.Fatalf("read %q, error %v, want %q", got[:n], err, want)
	}
}

// ends reads want and then the end.
func (c *client) ends(t *testing.T, want string) {
	t.Helper()
	if rest, err := io.ReadAll(c.in); err != nil || string(rest) != want {
		t.Fatalf("read %q, error %v, want %q and the end", rest, err, want)
	}
}

func (c *client) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// running is a server in a bubble, to be stopped by its test.
type running struct {
	*pipes.Listener
	stop context.CancelFunc
	done chan error
	log  *bytes.Buffer // to be read when done
}

// dial is a new client.
func (r *running) dial() *client {
	c, err := r.Dial(context.Background(), "", "")
	if err != nil {
		panic(err) // the listener is closed only when all have been accepted
	}
	return newClient(c)
}

func start(t *testing.T, limits Limits) *running {
	ctx, stop := context.WithCancel(t.Context())
	r := &running{pipes.New(), stop, make(chan error, 1), new(bytes.Buffer)}
	server := &Server{Index: index(), Log: slog.New(slog.NewTextHandler(r.log, nil)), Limits: limits}
	go func() { r.done <- server.Serve(ctx, r.Listener) }()
	return r
}

// report is the answer to query.
func report(query string) string {
	var b strings.Builder
	index().Search(query).Report(&b, "\r\n")
	return b.String()
}

// bubble runs f with a server under fake time, and checks that the server
// ends well once stopped, and soon.
func bubble(t *testing.T, limits Limits, f func(t *testing.T, r *running)) {
	index() // outside of the bubble: it is for all tests
	synctest.Test(t, func(t *testing.T) {
		r := start(t, limits)
		f(t, r)
		r.stop()
		if err := <-r.done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestSession(t *testing.T) {
	const none = "────────────────────────────────────────────────────────────────── 0 found\r\n"
	for name, tt := range map[string]struct{ send, want string }{
		"end of file":           {"", prompt},
		"newlines of all kinds": {"cat face\r\n\nheart\n", prompt + report("cat face") + prompt + prompt + report("heart") + prompt},
		"blank lines":           {"\r\n \t \r\n", prompt + prompt + prompt},
		"tabs between words":    {"cat\tface\n", prompt + report("cat face") + prompt},
		"no newline at the end": {"cat face", prompt + report("cat face") + prompt},
		"no word":               {"-\n", prompt + none + prompt},
		"not UTF-8":             {"caf\xe9\n\xfe\xfd\ncat face\n", prompt + none + prompt + none + prompt + report("cat face") + prompt},
		"control character":     {"cat\n\x04cat\n", prompt + report("cat") + prompt},
		"control, no newline":   {"cat fa\x03", prompt},
		"control in UTF-8":      {"cat\u0085face\ncat\n", prompt},
		"telnet's Ctrl-C":       {"\xff\xf4\xff\xfd\x06", prompt},
		"longest line":          {strings.Repeat(" ", 28) + "cat\r\ncat\n", prompt + report("cat") + prompt + report("cat") + prompt},
		"line too long":         {strings.Repeat("cat ", 9000) + "\ncat\n", prompt + "line longer than 32 bytes\r\n" + prompt + report("cat") + prompt},
		"line too long, no end": {strings.Repeat("x", 33), prompt + "line longer than 32 bytes\r\n" + prompt},
	} {
		t.Run(name, func(t *testing.T) {
			limits := DefaultLimits()
			limits.Line = 32
			local := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- quiet(limits).Serve(ctx, local) }()
			c := dial(t, local)
			c.send(t, tt.send)
			c.Conn.(*net.TCPConn).CloseWrite()
			c.ends(t, tt.want)
			c.Close()
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

func quiet(limits Limits) *Server {
	return &Server{Index: index(), Log: slog.New(slog.DiscardHandler), Limits: limits}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func dial(t *testing.T, l net.Listener) *client {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return newClient(conn)
}

func TestIdleClientIsToldAndClosed(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		c, began := r.dial(), time.Now()
		c.expect(t, prompt)
		time.Sleep(4 * time.Minute)
		c.send(t, "cat\n")
		c.expect(t, report("cat")+prompt)
		c.send(t, "a byte does not make a line")
		c.ends(t, "\r\nno query for too long: closing\r\n")
		if d := time.Since(began); d != 9*time.Minute {
			t.Errorf("closed after %v, want 9m: five minutes after the last query", d)
		}
	})
}

func TestClientThatNeverReadsHoldsUpNobody(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		stuck, began := r.dial(), time.Now()
		stuck.expect(t, prompt)
		stuck.send(t, "cjk\n") // and takes nothing of the answer
		synctest.Wait()
		for range 100 {
			c := r.dial()
			c.expect(t, prompt)
			c.send(t, "cat face\n")
			c.expect(t, report("cat face")+prompt)
			c.Close()
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("the others waited %v", d)
		}
		time.Sleep(DefaultLimits().Write)
		synctest.Wait()
		stuck.ends(t, "")
	})
}

func TestClientThatReadsSlowlyIsServed(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		c, began := r.dial(), time.Now()
		c.expect(t, prompt)
		c.send(t, "arrow\n")
		for want := range strings.SplitAfterSeq(report("arrow"), "\r\n") {
			time.Sleep(50 * time.Millisecond) // the answer takes long, each 4 KiB of it less than ten seconds
			c.expect(t, want)
		}
		c.expect(t, prompt)
		if d := time.Since(began); d < 2*DefaultLimits().Write {
			t.Errorf("the answer took %v, too short to show anything", d)
		}
		c.Close()
	})
}

func TestTooManyClients(t *testing.T) {
	limits := DefaultLimits()
	limits.Clients = 2
	bubble(t, limits, func(t *testing.T, r *running) {
		first, second := r.dial(), r.dial()
		first.expect(t, prompt)
		second.expect(t, prompt)
		r.dial().ends(t, "too many clients (2), try again later\r\n")
		first.Close()
		synctest.Wait()
		third := r.dial()
		third.expect(t, prompt)
		third.Close()
		second.send(t, "cat\n")
		second.expect(t, report("cat")+prompt)
		r.stop()
		second.ends(t, "\r\nthe server is shutting down: closing\r\n")
	})
}

func TestStopLetsAnswersArrive(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		waiting, reading := r.dial(), r.dial()
		waiting.expect(t, prompt)
		reading.expect(t, prompt)
		reading.send(t, "cat\n")
		reading.expect(t, report("cat")[:3])
		r.stop()
		waiting.ends(t, "\r\nthe server is shutting down: closing\r\n")
		time.Sleep(9 * time.Second)
		reading.ends(t, report("cat")[3:]+prompt+"\r\nthe server is shutting down: closing\r\n")
	})
}

func TestStopCutsOffWhoNeverReads(t *testing.T) {
	limits := DefaultLimits()
	limits.Write = time.Hour
	index()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, limits)
		c := r.dial()
		c.expect(t, prompt)
		c.send(t, "cat\n")
		synctest.Wait()
		began := time.Now()
		r.stop()
		err := <-r.done
		if err == nil || err.Error() != "cut off 1 of the clients, their answers not taken 10s after the stop" {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(began); d != limits.Grace {
			t.Errorf("stopped after %v, want %v", d, limits.Grace)
		}
	})
}

func TestAcceptFailures(t *testing.T) {
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		for range 100 {
			r.Fail(syscall.EMFILE)
		}
		c := r.dial() // they were passing ones
		c.expect(t, prompt)
		c.Close()
		synctest.Wait()
		// A log that is full of it would fill the disk next.
		if log := r.log.String(); strings.Count(log, "too many open files") != 1 || !strings.Contains(log, `msg="accepting clients again" failures=100`) {
			t.Errorf("log: %s", log)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := start(t, DefaultLimits())
		c := r.dial()
		c.expect(t, prompt)
		r.Close()
		c.ends(t, "\r\nthe server is shutting down: closing\r\n")
		if err := <-r.done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v, want %v", err, net.ErrClosed)
		}
	})
}

func TestLog(t *testing.T) {
	var log *bytes.Buffer
	bubble(t, DefaultLimits(), func(t *testing.T, r *running) {
		log = r.log
		c := r.dial()
		c.expect(t, prompt)
		c.send(t, "cat \"face\nno such thing\n\x04")
		c.ends(t, report("cat \"face")+prompt+report("no such thing")+prompt)
	})
	for _, want := range []string{
		`msg=query client=pipe query="cat \"face" found=0`,
		`msg=query client=pipe query="no such thing" found=0`,
		`msg=closed client=pipe reason="control character"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %s:\n%s", want, log)
		}
	}
}

func FuzzLines(f *testing.F) {
	for _, s := range []string{"", "cat face\r\nheart\n", "\xff\xfe\n", "a\x04", strings.Repeat("x", 100), "a\r\rb", "\u0085\n", "\xff\xfb\x1fcat\r\x00face\r\n", "\xff\xfa\x18\xff\xff\xff\xf0cat\n", "\xff\xff\n", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, read := newLines(bytes.NewReader(data), 32), 0
		for {
			line, err := in.next()
			var long tooLong
			switch {
			case errors.As(err, &long):
				continue
			case err == io.EOF:
				if want := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\x00")); read > want+1 {
					t.Errorf("%d lines of %d", read, want)
				}
				return
			case err == errControl:
				if !bytes.ContainsFunc(data, func(r rune) bool { return r < 0xA0 && r != '\n' && r != '\r' && r != '\t' }) && !bytes.Contains(data, []byte{iac}) {
					t.Errorf("no control character in %q", data)
				}
				return
			case err != nil:
				t.Fatal(err)
			}
			read++
			if strings.ContainsAny(line, "\n\r\x00\x7f\u0085") || strings.ToValidUTF8(line, "") != line || len(line) > 3*32 {
				t.Errorf("line %q", line)
			}
		}
	})
}
