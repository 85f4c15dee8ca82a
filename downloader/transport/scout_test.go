package transport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// Over HTTP/2 all requests share a connection, also those made at once before
// anybody knows that it is HTTP/2; over HTTP/1.1 each gets its own.
func TestScout(t *testing.T) {
	const n = 20
	for _, http2 := range []bool{true, false} {
		var conns, arrived atomic.Int64
		all := make(chan bool)
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if arrived.Add(1) == n {
				close(all)
			}
			<-all // all are open at once
			io.WriteString(w, r.Proto)
		}))
		server.EnableHTTP2 = http2
		server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		}
		server.StartTLS()
		d := &Direct{Others: server.Client().Transport}
		var requests sync.WaitGroup
		for range n {
			requests.Go(func() {
				resp, err := (&http.Client{Transport: d}).Get(server.URL)
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			})
		}
		requests.Wait()
		if want := map[bool]int64{true: 1, false: n}[http2]; conns.Load() != want {
			t.Errorf("HTTP/2 %v: %d connections for %d requests, want %d", http2, conns.Load(), n, want)
		}
		d.CloseIdleConnections()
		server.Close()
	}
}

type failing struct{ asked atomic.Int64 }

func (f *failing) RoundTrip(*http.Request) (*http.Response, error) {
	f.asked.Add(1)
	return nil, errors.New("no connection")
}

// A scout that does not come back holds up nobody.
func TestScoutFails(t *testing.T) {
	f := &failing{}
	d := &Direct{Others: f}
	for range 3 {
		if _, err := d.RoundTrip(httptest.NewRequest("GET", "https://host/", nil)); err == nil {
			t.Error("no error")
		}
	}
	if f.asked.Load() != 3 {
		t.Errorf("%d requests, want 3", f.asked.Load())
	}
}
