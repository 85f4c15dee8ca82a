package flagserver

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// single is a listener with one client.
type single struct {
	conn   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *single) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *single) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *single) Addr() net.Addr { return &net.UnixAddr{Name: "single"} }

// A client that sends its request byte by byte, header or body, is given up.
func TestClientThatDrips(t *testing.T) {
	for name, begin := range map[string]string{
		"header": "GET / HTTP/1.1\r\nHost: here\r\nX: ",
		"body":   "GET / HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n",
		"chunks": "GET / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &single{conn: make(chan net.Conn), closed: make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				var serving sync.WaitGroup
				defer serving.Wait()
				defer stop()
				serving.Go(func() {
					Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }), l)
				})
				client, server := net.Pipe()
				defer client.Close()
				l.conn <- server
				serving.Go(func() { io.Copy(io.Discard, bufio.NewReader(client)) })
				start := time.Now()
				_, err := io.WriteString(client, begin)
				for err == nil && time.Since(start) < time.Hour {
					time.Sleep(time.Second)
					_, err = io.WriteString(client, "x")
				}
				if took := time.Since(start); err == nil || took > 2*headerTimeout {
					t.Errorf("given up after %v: %v", took, err)
				}
			})
		})
	}
}
