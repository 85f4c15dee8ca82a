package transport_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"syscall"
	"testing"

	"getflags/downloader/internal/transport"
)

// What a server's system holds back until an answer is acknowledged, such as a
// copy of the answer, has to come before the next request is made, not with it.
// So Linux is not left to acknowledge with the next request: it would, once a
// connection has gone to and fro.
func TestAnswersAreAcknowledgedAtOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) }))
	defer server.Close()
	var conns []*net.TCPConn
	d := &transport.Direct{MaxIdle: 1, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			conns = append(conns, c.(*net.TCPConn))
		}
		return c, err
	}}
	defer d.CloseIdleConnections()
	for n := range 5 {
		get(t, d, server.URL)
		if len(conns) != 1 {
			t.Fatalf("%d connections, want one that is used again", len(conns))
		}
		if !acknowledgesAtOnce(t, conns[0]) {
			t.Errorf("answer %d waits for the next request to be acknowledged", n+1)
		}
	}
}

func get(t *testing.T, d *transport.Direct, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := transport.NewFields(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &transport.Request{URL: u, Fields: fields}
	if !d.Takes(r) {
		t.Fatal("the request is not taken")
	}
	if a, err := d.Get(t.Context(), r, &transport.Buffers{}); err != nil || a.Response != nil {
		t.Fatal(a.Response, err)
	}
}

func acknowledgesAtOnce(t *testing.T, c *net.TCPConn) bool {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var quick int
	var failed error
	err = raw.Control(func(fd uintptr) {
		quick, failed = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK)
	})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	return quick == 1
}
