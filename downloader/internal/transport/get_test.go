package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/internal/pipes"
)

// piped is a Direct whose server is a function for each connection, in memory.
func piped(d *Direct, serve func(n int, c net.Conn, r *bufio.Reader)) *Direct {
	n := 0
	d.Dial = func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func(n int) {
			defer server.Close()
			serve(n, server, bufio.NewReader(server))
		}(n)
		n++
		return pipes.Quiet(client), nil
	}
	return d
}

// ask is Get within a context.
func ask(ctx context.Context, t *testing.T, d *Direct) (string, error) {
	t.Helper()
	return bodyOf(d.Get(ctx, request(t, d), &Buffers{}))
}

// A trace is told of each step once, and of a connection that is open already.
func TestTrace(t *testing.T) {
	for name, text := range map[string]string{"plain": hello, "chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
				for answer(c, r, text) == nil {
				}
			})
			var first, second steps
			for _, s := range []*steps{&first, &second} {
				if body, err := traced(t, d, s); body != "hello" || err != nil {
					t.Errorf("%q, %v", body, err)
				}
			}
			if want := []string{"dialled", "connected", "wrote", "first byte"}; !slices.Equal(first.told, want) || first.reused {
				t.Errorf("told %q, reused %v; want %q", first.told, first.reused, want)
			}
			if want := []string{"connected", "wrote", "first byte"}; !slices.Equal(second.told, want) || !second.reused {
				t.Errorf("told %q, reused %v; want %q", second.told, second.reused, want)
			}
		})
	}
}

// A time-out begins with the request that it is for, whatever deadline there was
// before, and is over to the moment, whether the header is silent or the body.
func TestTimeoutsOfOneConnection(t *testing.T) {
	for silence, want := range map[string]string{"": "header", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello": "body"} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := piped(&Direct{MaxIdle: 1, Bounds: Bounds{HeaderTimeout: time.Second, BodyTimeout: time.Second}}, func(_ int, c net.Conn, r *bufio.Reader) {
					for _, wait := range []time.Duration{0, 900 * time.Millisecond, time.Millisecond} {
						if _, err := http.ReadRequest(r); err != nil {
							t.Error(err)
						}
						time.Sleep(wait)
						io.WriteString(c, hello)
					}
					answer(c, r, silence)
					io.Copy(io.Discard, c)
				})
				for range 3 {
					if body, err := ask(t.Context(), t, d); body != "hello" || err != nil {
						t.Errorf("%q, %v", body, err)
					}
					time.Sleep(300 * time.Millisecond)
				}
				start := time.Now()
				_, err := ask(t.Context(), t, d)
				var timeout net.Error
				var inBody *BodyError
				if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != time.Second || errors.As(err, &inBody) != (want == "body") {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
		})
	}
}

// Without time-outs a request waits for as long as it takes.
func TestNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := piped(&Direct{}, func(_ int, c net.Conn, r *bufio.Reader) {
			http.ReadRequest(r)
			time.Sleep(time.Hour)
			io.WriteString(c, hello)
		})
		if body, err := ask(t.Context(), t, d); body != "hello" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
	})
}

// A request that is called off goes on for Linger, and for Glance at most before
// that is noticed; an answer by then is taken, and its connection serves again.
func TestGetCalledOff(t *testing.T) {
	const linger = 10 * time.Millisecond
	cause := errors.New("called off")
	for _, tt := range []struct{ at, answer time.Duration }{
		{0, time.Second}, {time.Millisecond, time.Second}, {5 * time.Millisecond, time.Second}, {5 * time.Millisecond, 14 * time.Millisecond},
		{5 * time.Millisecond, 16 * time.Millisecond},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				connections := 0
				d := piped(&Direct{MaxIdle: 1, Bounds: Bounds{Linger: linger, HeaderTimeout: time.Minute}}, func(n int, c net.Conn, r *bufio.Reader) {
					connections = n + 1
					for {
						if _, err := http.ReadRequest(r); err != nil {
							return
						}
						time.Sleep(tt.answer)
						if _, err := io.WriteString(c, hello); err != nil {
							return
						}
					}
				})
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(tt.at, func() { cancel(cause) })
				start := time.Now()
				_, err := ask(ctx, t, d)
				took, end := time.Since(start), max(tt.at, limit.Glance)+linger
				if inTime := tt.answer < end; inTime != (err == nil) || !inTime && err != cause || took != min(tt.answer, end) {
					t.Errorf("%v after %v", err, took)
				}
				time.Sleep(time.Second) // nothing closes it later
				if _, again := ask(t.Context(), t, d); again != nil || (connections == 1) != (err == nil) {
					t.Errorf("%v, by connection %d", again, connections)
				}
				d.CloseIdleConnections()
			})
		})
	}
}

// The end of one request's context is nothing to the next on its connection.
func TestContextOfEarlierRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := piped(&Direct{MaxIdle: 1, Bounds: Bounds{Linger: time.Millisecond}}, func(_ int, c net.Conn, r *bufio.Reader) {
			for {
				if _, err := http.ReadRequest(r); err != nil {
					return
				}
				time.Sleep(time.Second)
				io.WriteString(c, hello)
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := ask(ctx, t, d); err != nil {
			t.Error(err)
		}
		time.AfterFunc(500*time.Millisecond, cancel)
		if body, err := ask(t.Context(), t, d); body != "hello" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
		d.CloseIdleConnections()
	})
}

// A body may come as slowly as the pace allows, and time in which nobody waits for
// it does not count; a slower one ends to the moment.
func TestPace(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		rest         time.Duration
		ends         bool
	}{
		{"plain, slow", "Content-Length: 40", 201 * time.Millisecond, true},
		{"plain, in time", "Content-Length: 40", 199 * time.Millisecond, false},
		{"not plain, slow", "Connection: close\r\nContent-Length: 40", 201 * time.Millisecond, true},
		{"not plain, in time", "Connection: close\r\nContent-Length: 40", 199 * time.Millisecond, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := piped(&Direct{Bounds: Bounds{BodyTimeout: time.Second, Pace: Pace{Limit: 5, Over: 2 * time.Second}}}, func(_ int, c net.Conn, r *bufio.Reader) {
					answer(c, r, "HTTP/1.1 200 OK\r\n"+tt.header+"\r\n\r\n")
					for range 40 {
						time.Sleep(tt.rest)
						if _, err := c.Write([]byte("x")); err != nil {
							return
						}
					}
				})
				start := time.Now()
				body, err := ask(t.Context(), t, d)
				var slow *SlowError
				if tt.ends != errors.As(err, &slow) || !tt.ends && (len(body) != 40 || err != nil) {
					t.Errorf("%d bytes, %v", len(body), err)
				}
				if tt.ends && (time.Since(start) != 2*time.Second || slow.Bytes != 9 || slow.During != 2*time.Second || slow.Limit != 5 || !slow.Timeout()) {
					t.Errorf("%+v after %v", slow, time.Since(start))
				}
				d.CloseIdleConnections()
				time.Sleep(time.Second) // until the server has ended
			})
		})
	}
}

// What is sent is the request, and the fields that there are, in order.
func TestRequestAsSent(t *testing.T) {
	for raw, want := range map[string]string{
		"http://host":              "GET / HTTP/1.1\r\nHost: host\r\nA: 1\r\nA: 2\r\nB: c\td\r\n\r\n",
		"http://host:81/a%20b?c=d": "GET /a%20b?c=d HTTP/1.1\r\nHost: host:81\r\nA: 1\r\nA: 2\r\nB: c\td\r\n\r\n",
		"http://host/é?":           "GET /%C3%A9? HTTP/1.1\r\nHost: host\r\nA: 1\r\nA: 2\r\nB: c\td\r\n\r\n",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := NewFields(http.Header{"B": {"c\td"}, "A": {"1", "2"}, "Host": {"other"}})
		if err != nil {
			t.Fatal(err)
		}
		r := &Request{URL: u, Fields: fields}
		if !r.aim() || string(r.appendTo(nil)) != want {
			t.Errorf("%s: %q, want %q", raw, r.appendTo(nil), want)
		}
		r.Host = "named"
		if got := string(r.appendTo([]byte("x"))); got[:5] != "xGET " || !strings.Contains(got, "\r\nHost: named\r\n") {
			t.Errorf("%q", got)
		}
	}
}

// Nothing is sent that would end a line, or a part of one.
func TestWhatCannotBeSent(t *testing.T) {
	for _, h := range []http.Header{
		{"A b": {"c"}}, {"": {"c"}}, {"A": {"b\r\nC: d"}}, {"A": {"b\n"}}, {"A": {"\x00"}}, {"A": {"\x7f"}}, {"A:": {"b"}}, {"É": {"b"}}, {"A\x7f": {"b"}},
	} {
		if _, err := NewFields(h); err == nil {
			t.Errorf("%q is taken", h)
		}
	}
	for _, u := range []*url.URL{
		{Scheme: "http", Host: "host", RawQuery: "a b"}, {Scheme: "http", Host: "host", RawQuery: "a\r\nb"}, {Scheme: "http", Host: "host", RawQuery: "a\x7f"},
		{Scheme: "http", Host: "ho st"}, {Scheme: "http", Host: "ho\r\nst"}, {Scheme: "http"}, {Scheme: "http", Host: "hôst"}, {Scheme: "https", Host: "host"},
	} {
		if (&Direct{}).Takes(&Request{URL: u}) {
			t.Errorf("%q is taken", u)
		}
	}
}

// late is a connection whose deadline passes between the look and the first
// write, and on which something comes meanwhile.
type late struct {
	net.Conn
	looks, writes int
}

func (l *late) Quiet() bool {
	l.looks++
	return l.looks == 1
}

func (l *late) Write([]byte) (int, error) {
	l.writes++
	return 0, os.ErrDeadlineExceeded
}

// A request that could not be sent at once is sent only after another look.
func TestLookBeforeEachTry(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	l := &late{Conn: client}
	d := &Direct{Bounds: Bounds{HeaderTimeout: time.Minute}, Dial: func(context.Context, string, string) (net.Conn, error) { return l, nil }}
	if _, err := ask(t.Context(), t, d); !errors.Is(err, errSpoke) || l.looks != 2 || l.writes != 1 {
		t.Errorf("%v after %d looks and %d writes", err, l.looks, l.writes)
	}
}

// The zone of an IPv6 address means nothing to the server (RFC 6874, section 4).
func TestWithoutZone(t *testing.T) {
	for host, want := range map[string]string{
		"host": "host", "host:80": "host:80", "[::1]:80": "[::1]:80", "[fe80::1%eth0]:80": "[fe80::1]:80", "[fe80::1%eth0]": "[fe80::1]",
	} {
		if got := withoutZone(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}
