package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"getflags/internal/pipes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a network whose server does, on each connection, what serve
// says, and then closes it.
func scripted(t *testing.T, serve func(n int, c net.Conn, requests *bufio.Reader)) *Direct {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				serve(n, c, bufio.NewReader(c))
			})
		}
	})
	d := &Direct{
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
		},
		MaxIdle: 10, Bounds: Bounds{HeaderTimeout: 10 * time.Second},
	}
	t.Cleanup(func() {
		d.CloseIdleConnections()
		l.Close()
		serving.Wait()
	})
	return d
}

// answer reads a request and answers it with text, headers included.
func answer(c net.Conn, r *bufio.Reader, text string) error {
	if _, err := http.ReadRequest(r); err != nil {
		return err
	}
	_, err := io.WriteString(c, text)
	return err
}

const hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

// inBothWays runs a test of answers as they are, and of the same with a field that
// goes on on the next line, which is for package http to read.
func inBothWays(t *testing.T, test func(t *testing.T, as func(answer string) string)) {
	t.Run("plain", func(t *testing.T) { test(t, func(answer string) string { return answer }) })
	t.Run("folded", func(t *testing.T) { test(t, folded) })
}

func folded(answer string) string {
	const status = "HTTP/1.1 200 OK\r\n"
	return strings.ReplaceAll(answer, status, status+"X: y\r\n z\r\n")
}

// steps is a trace that notes them.
type steps struct {
	told   []string
	reused bool
}

func (s *steps) note(step string)         { s.told = append(s.told, step) }
func (s *steps) Wrote()                   { s.note("wrote") }
func (s *steps) FirstByte()               { s.note("first byte") }
func (s *steps) Dialled(time.Time, error) { s.note("dialled") }

func (s *steps) Connected(reused bool) {
	s.note("connected")
	s.reused = reused
}

func get(t *testing.T, d *Direct) (body string, reused bool, err error) {
	t.Helper()
	var s steps
	body, err = traced(t, d, &s)
	return body, s.reused, err
}

// traced is Get of a text.
func traced(t *testing.T, d *Direct, s *steps) (body string, err error) {
	t.Helper()
	r := request(t, d)
	r.Trace = s
	return bodyOf(d.Get(t.Context(), r, &Buffers{}))
}

// request is one that d takes.
func request(t *testing.T, d *Direct) *Request {
	t.Helper()
	fields, err := NewFields(http.Header{"X": {"y"}})
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{URL: &url.URL{Scheme: "http", Host: "host", Path: "/x"}, Fields: fields}
	if !d.Takes(r) {
		t.Fatal("the request is not taken")
	}
	return r
}

// bodyOf is what an answer brings.
func bodyOf(a Answer, err error) (string, error) {
	if err != nil || a.Response == nil {
		return string(a.Body), err
	}
	defer a.Response.Body.Close()
	data, err := io.ReadAll(a.Response.Body)
	return string(data), err
}

func TestConnectionIsUsedAgain(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
			for answer(c, r, as(hello)) == nil {
			}
		})
		for i := range 64 {
			body, reused, err := get(t, d)
			if body != "hello" || reused != (i > 0) || err != nil {
				t.Errorf("request %d: %q, reused %v, %v", i, body, reused, err)
			}
		}
	})
}

// A connection that cannot bring another answer is not used for one.
func TestConnectionIsNotUsedAgain(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		for name, text := range map[string]string{
			"the server says so":   "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
			"the end is its close": "HTTP/1.1 200 OK\r\n\r\nhello",
			"HTTP/1.0":             "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
			"more than the answer": hello + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
			"more than the chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
		} {
			t.Run(name, func(t *testing.T) {
				d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) { answer(c, r, as(text)) })
				for range 3 {
					if body, reused, err := get(t, d); body != "hello" || reused || err != nil {
						t.Errorf("%q, reused %v, %v", body, reused, err)
					}
				}
			})
		}
	})
}

// What a server says before it is asked answers nothing, and one that has hung
// up is not asked.
func TestIdleConnectionThatSpeaksOrEnds(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		if runtime.GOOS == "windows" {
			t.Skip("here it takes a request to find out")
		}
		for _, after := range []string{"", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"} {
			said := make(chan bool)
			d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
				if answer(c, r, as(hello)) == nil {
					<-said // the client has read the answer
					io.WriteString(c, after)
					c.(*net.TCPConn).CloseWrite()
					said <- true
				}
			})
			for range 3 {
				if body, reused, err := get(t, d); body != "hello" || reused || err != nil {
					t.Errorf("%q, reused %v, %v", body, reused, err)
					break // no server waits any more
				}
				said <- true
				<-said
			}
		}
	})
}

// Fields that go on on the next line are read as one, and answers without a body
// have none, whatever follows.
func TestOddAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nX: y\r\n z: q\r\n\tw\r\nContent-Length: 5\r\n\r\nhello": "hello",
		"HTTP/1.1 204 No Content\r\n\r\nevil":                                       "",
		"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nevil":                "",
	} {
		inBothWays(t, func(t *testing.T, as func(string) string) {
			d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) { answer(c, r, as(text)) })
			if body, _, err := get(t, d); body != want || err != nil {
				t.Errorf("%q: %q, %v", text, body, err)
			}
		})
	}
}

// A server may hang up just as the next request is on its way. That costs
// another connection, not the request.
func TestGivenUpWhileAsked(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		var requests atomic.Int64
		d := scripted(t, func(n int, c net.Conn, r *bufio.Reader) {
			requests.Add(1)
			if answer(c, r, as(hello)) == nil && n == 0 {
				r.Peek(1) // and hangs up
				requests.Add(1)
			}
		})
		for range 2 {
			if body, reused, err := get(t, d); body != "hello" || err != nil {
				t.Errorf("%q, reused %v, %v", body, reused, err)
			}
		}
		if requests.Load() != 3 {
			t.Errorf("%d requests, want the second twice", requests.Load())
		}
	})
}

// But one that has said anything, or none on a new connection, has failed.
func TestFailures(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		long := "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxHeader) + "\r\n\r\n"
		for text, want := range map[string]string{
			"":                       "EOF",
			"HTTP/1.1 200":           "the connection was closed within the answer's header: unexpected EOF",
			"HTTP/1.1 200 OK\r\nX: ": "the connection was closed within the answer's header: unexpected EOF",
			"SSH-2.0-OpenSSH\r\n":    "malformed HTTP",
			long:                     "the answer's header has more than the 262144 bytes allowed",
			strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 9):        "more than 5 answers of status 1xx before the one that counts",
			"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello":          "unexpected EOF",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n": "unexpected EOF",

			"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nevil":                                              "its length is wrong",
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!":                                            "its length is wrong",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nevil":              "its length is wrong",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n": "both Content-Length and Transfer-Encoding",
			"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello":                                    "which none of 1xx has",
			"HTTP/1.1 200 OK\r\nX: y\r\n\tContent-Length 5\r\n z\r\nY\r\n\r\n":                              "malformed header line",
		} {
			var requests atomic.Int64
			d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
				requests.Add(1)
				answer(c, r, as(text))
				io.Copy(io.Discard, r)
			})
			d.HeaderTimeout = 0
			if text == "" || !strings.HasSuffix(text, "\r\n\r\n") {
				d = scripted(t, func(_ int, c net.Conn, r *bufio.Reader) { requests.Add(1); answer(c, r, as(text)) })
			}
			if _, _, err := get(t, d); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.20q: %v, want %s", text, err, want)
			}
			if requests.Load() != 1 {
				t.Errorf("%.20q: %d requests, want 1", text, requests.Load())
			}
		}
	})
}

func TestInformational(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
			for answer(c, r, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"+as(hello)) == nil {
			}
		})
		for i := range 3 {
			if body, reused, err := get(t, d); body != "hello" || reused != (i > 0) || err != nil {
				t.Errorf("%q, reused %v, %v", body, reused, err)
			}
		}
	})
}

// Five answers may announce the one that counts, no more.
func TestMostInformational(t *testing.T) {
	for n, want := range map[int]bool{maxInformational: true, maxInformational + 1: false} {
		d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
			answer(c, r, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", n)+hello)
		})
		if body, _, err := get(t, d); (body == "hello") != want || (err == nil) != want {
			t.Errorf("after %d: %q, %v", n, body, err)
		}
	}
}

// The end of a request's context ends it, whatever it is at, with its cause.
func TestCancel(t *testing.T) {
	cause := errors.New("called off")
	for name, text := range map[string]string{
		"no answer": "", "half a header": "HTTP/1.1 200 OK\r\nX: ", "half a body": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
	} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan bool)
			d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
				answer(c, r, text)
				asked <- true
				io.Copy(io.Discard, r) // until the client hangs up
			})
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() { <-asked; cancel(cause) }()
			if _, err := ask(ctx, t, d); !errors.Is(err, cause) {
				t.Errorf("%v, want %v", err, cause)
			}
		})
	}
}

func TestHeaderTimeout(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		synctest.Test(t, func(t *testing.T) {
			d := &Direct{Bounds: Bounds{HeaderTimeout: time.Second}, Dial: func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				go io.Copy(io.Discard, server)
				return pipes.Quiet(client), nil
			}}
			start := time.Now()
			_, _, err := get(t, d)
			var timeout net.Error
			if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != time.Second {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		})
	})
}

// Each byte of a body restarts the clock; silence does not.
func TestBodyTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Direct{Bounds: Bounds{BodyTimeout: time.Second}, Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				answer(server, bufio.NewReader(server), folded("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"))
				for _, b := range []byte("hell") {
					time.Sleep(900 * time.Millisecond)
					server.Write([]byte{b})
				}
				io.Copy(io.Discard, server)
			}()
			return pipes.Quiet(client), nil
		}}
		start := time.Now()
		body, _, err := get(t, d)
		var timeout net.Error
		if body != "hell" || !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != 4600*time.Millisecond {
			t.Errorf("%q, %v after %v", body, err, time.Since(start))
		}
	})
}

// A request whose context ends goes on for a moment. If its answer comes by
// then, the connection is kept; otherwise the request ends with the cause.
func TestLinger(t *testing.T) {
	const linger = 10 * time.Millisecond
	cause := errors.New("called off")
	for _, delay := range []time.Duration{time.Millisecond, time.Second} {
		t.Run(delay.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &Direct{Bounds: Bounds{Linger: linger}, MaxIdle: 1, Dial: func(context.Context, string, string) (net.Conn, error) {
					client, server := net.Pipe()
					go func() {
						defer server.Close()
						r := bufio.NewReader(server)
						for answer(server, r, folded("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) == nil {
							time.Sleep(delay)
							io.WriteString(server, "hello")
						}
					}()
					return pipes.Quiet(client), nil
				}}
				ctx, cancel := context.WithCancelCause(t.Context())
				a, err := d.Get(ctx, request(t, d), &Buffers{})
				if err != nil {
					t.Fatal(err)
				}
				cancel(cause)
				start := time.Now()
				_, err = io.ReadAll(a.Response.Body)
				a.Response.Body.Close()
				inTime := delay < linger
				if took := time.Since(start); inTime != (err == nil) || !inTime && err != cause || took != min(delay, linger) {
					t.Errorf("%v after %v", err, took)
				}
				time.Sleep(2 * linger) // nothing closes it later
				if body, reused, err := get(t, d); reused != inTime || inTime && body != "hello" {
					t.Errorf("%q, reused %v, %v", body, reused, err)
				}
				d.CloseIdleConnections()
			})
		})
	}
}

// The time-out of a request is not one of the connection's idle time.
func TestIdleBeyondHeaderTimeout(t *testing.T) {
	inBothWays(t, func(t *testing.T, as func(string) string) {
		d := scripted(t, func(_ int, c net.Conn, r *bufio.Reader) {
			for answer(c, r, as(hello)) == nil {
			}
		})
		get(t, d)
		h := d.host("host:80")
		c := h.take()
		c.arm(time.Now().Add(-time.Second))
		h.keep(c)
		if body, reused, err := get(t, d); body != "hello" || !reused || err != nil {
			t.Errorf("%q, reused %v, %v", body, reused, err)
		}
	})
}

func TestIdleTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan time.Time, 1)
		d := &Direct{MaxIdle: 1, IdleTimeout: time.Minute, Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				r := bufio.NewReader(server)
				for answer(server, r, hello) == nil {
				}
				ended <- time.Now()
			}()
			return pipes.Quiet(client), nil
		}}
		start := time.Now()
		for i := range 2 {
			if _, reused, err := get(t, d); reused != (i > 0) || err != nil {
				t.Errorf("request %d: reused %v, %v", i, reused, err)
			}
			time.Sleep(59 * time.Second)
		}
		// One that was idle for less than the time-out when it was looked at is looked
		// at again a time-out later.
		if took := (<-ended).Sub(start); took != 2*time.Minute {
			t.Errorf("closed after %v, want 2m", took)
		}
		if _, _, err := get(t, d); err != nil {
			t.Error(err)
		}
		start = time.Now()
		if took := (<-ended).Sub(start); took != time.Minute {
			t.Errorf("closed after another %v, want 1m", took)
		}
		synctest.Wait()
		if h := d.host("host:80"); h.reap != nil {
			t.Error("who has no idle connections goes on looking for them")
		}
	})
}

// No more idle connections are kept than wanted.
func TestMostIdle(t *testing.T) {
	h := &host{most: 1}
	for range 3 {
		near, far := net.Pipe()
		defer far.Close()
		h.keep(&conn{wire: wire{Conn: near}})
	}
	if len(h.idle) != 1 {
		t.Errorf("%d are kept, want 1", len(h.idle))
	}
	h.dropAll()
}

// A time-out of a connection that there was makes others suspect; one of dialling
// says nothing of them.
func TestSilence(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, true},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, false},
		{os.ErrDeadlineExceeded, true},
		{&SlowError{}, true},
		{io.ErrUnexpectedEOF, false},
	} {
		if got := isSilence(tt.err); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestTakes(t *testing.T) {
	d := &Direct{Proxy: func(u *url.URL) (*url.URL, error) {
		switch u.Host {
		case "far":
			return url.Parse("http://proxy")
		case "unknown":
			return nil, errors.New("no such proxy")
		}
		return nil, nil
	}}
	for text, want := range map[string]bool{
		"http://host/": true, "https://host/": false, "http://far/": false, "http://unknown/": false, "http://hôst/": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Takes(&Request{URL: u}); got != want {
			t.Errorf("%s: taken %v, want %v", text, got, want)
		}
	}
}

// Example shows how a small file is fetched.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "you asked for ", r.URL.Path)
	}))
	defer server.Close()
	d := &Direct{Dial: new(net.Dialer).DialContext, MaxIdle: 16}
	defer d.CloseIdleConnections()
	u, _ := url.Parse(server.URL + "/br.gif")
	fields, _ := NewFields(nil)
	r := &Request{URL: u, Fields: fields}
	if !d.Takes(r) {
		fmt.Println("this is for package http")
		return
	}
	a, err := d.Get(context.Background(), r, &Buffers{})
	fmt.Println(string(a.Body), err)
	// Output: you asked for /br.gif <nil>
}
