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
	"time"
)

// Over HTTP/2 all requests share a connection, also those made at once before
// anybody knows that it is HTTP/2, and a few if the host is far away; over
// HTTP/1.1 each gets its own.
func TestFirstGoesAhead(t *testing.T) {
	const n = 20
	for _, tt := range []struct {
		http2   bool
		farAway time.Duration
		conns   int64
	}{{true, time.Hour, 1}, {true, 0, 3}, {false, time.Hour, n}, {false, 0, n}} {
		var conns, arrived atomic.Int64
		all := make(chan bool)
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if arrived.Add(1) == n {
				close(all)
			}
			<-all // all are open at once
			io.WriteString(w, r.Proto)
		}))
		server.EnableHTTP2 = tt.http2
		server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		}
		server.StartTLS()
		first := server.Client().Transport.(*http.Transport)
		d := NewLanes(3, func() http.RoundTripper { return first.Clone() })
		d.farAway = tt.farAway
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
		if conns.Load() != tt.conns {
			t.Errorf("%+v: %d connections for %d requests", tt, conns.Load(), n)
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

// A first request that fails holds up nobody.
func TestFirstFails(t *testing.T) {
	f := &failing{}
	d := NewLanes(1, func() http.RoundTripper { return f })
	for range 3 {
		if _, err := d.RoundTrip(httptest.NewRequest("GET", "https://host/", nil)); err == nil {
			t.Error("no error")
		}
	}
	if f.asked.Load() != 3 {
		t.Errorf("%d requests, want 3", f.asked.Load())
	}
}
