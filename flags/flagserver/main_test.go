package flagserver

import (
	"bufio"
	"context"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newHandler returns a handler or ends the test.
func newHandler(t testing.TB, set fs.FS, b Behaviour) *Handler {
	t.Helper()
	h, err := New(set, b)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// get asks h for target, with header lines as pairs of key and value.
func get(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return serve(h, r)
}

func serve(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func parseRequest(s string) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(strings.NewReader(s)))
}

func readSet(t testing.TB, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(Set(), name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// start serves h on a loopback port until the test ends, and returns its
// address.
func start(t testing.TB, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveUntilEnd(t, h, l)
	return l.Addr().String()
}

// serveUntilEnd serves h on l, and holds Serve to ending in order when the
// test does.
func serveUntilEnd(t testing.TB, h http.Handler, l net.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- Serve(ctx, h, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// A rawClient talks HTTP over a connection that the test sees itself.
type rawClient struct {
	net.Conn
	r *bufio.Reader
}

func dial(t testing.TB, address string) *rawClient {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &rawClient{c, bufio.NewReader(c)}
}

// do sends one request, its target as it stands, and reads the header of the
// answer.
func (c *rawClient) do(t testing.TB, method, target string) (*http.Response, error) {
	t.Helper()
	if _, err := c.Write([]byte(method + " " + target + " HTTP/1.1\r\nHost: test\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	return http.ReadResponse(c.r, &http.Request{Method: method})
}

// A pipeListener hands over connections that need no network, so that a server
// can run in a synctest bubble.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// client returns an HTTP client whose connections all lead to l.
func (l *pipeListener) client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 1000,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			near, far := net.Pipe()
			select {
			case l.conns <- far:
				return near, nil
			case <-l.done:
				return nil, net.ErrClosed
			}
		},
	}}
}
