package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"sync"
	"testing"
	"time"
)

// A distance is how far away the server of a test is for one connection.
type distance struct {
	lookUp, connect time.Duration // to find its address, and for it to accept
	trip            time.Duration // of what is sent, one way
	refused         bool          // whether it does not accept after all
	silent          bool          // whether nothing ever comes from it
}

// A remote is a server over TLS, in memory, to be used in a bubble of virtual
// time.
type remote struct {
	*httptest.Server
	distance func(i int) distance // of the i-th connection
	proxy    *url.URL             // that requests go through, which is as far

	conns  chan net.Conn
	closed chan struct{}
	relays sync.WaitGroup
	start  time.Time

	mu       sync.Mutex
	dials    []time.Duration // since start
	accepted int
	open     map[int]int // requests, by the number of their connection
	seen     map[string]int
}

// newRemote returns a server that tells what it is asked for, after it has done
// what meanwhile does.
func newRemote(t *testing.T, http2 bool, distance func(i int) distance, meanwhile func(*http.Request)) *remote {
	r := &remote{
		distance: distance, start: time.Now(), conns: make(chan net.Conn), closed: make(chan struct{}),
		open: map[int]int{}, seen: map[string]int{},
	}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		defer r.enter(req)()
		meanwhile(req)
		io.WriteString(w, req.URL.Path)
	}))
	r.Listener.Close()
	r.Listener = r
	r.EnableHTTP2 = http2
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.Config.ConnContext = r.number
	r.StartTLS()
	return r
}

// transport is package http's, on the way to the server.
func (r *remote) transport() http.RoundTripper {
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	return &http.Transport{
		DialContext:         r.dial,
		Proxy:               func(*http.Request) (*url.URL, error) { return r.proxy, nil },
		TLSClientConfig:     &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2:   r.EnableHTTP2,
		MaxIdleConnsPerHost: 100,
	}
}

// connections are those to the server, until the test ends.
func (r *remote) connections(t *testing.T) *Connections {
	cs := NewConnections(r.transport)
	t.Cleanup(func() {
		cs.CloseIdleConnections()
		close(r.closed)
		r.Config.Close()
		r.Server.Close()
		r.relays.Wait()
	})
	return cs
}

type connNumber struct{}

func (r *remote) number(ctx context.Context, _ net.Conn) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted++
	return context.WithValue(ctx, connNumber{}, r.accepted-1)
}

func numberOf(req *http.Request) int { return req.Context().Value(connNumber{}).(int) }

func (r *remote) enter(req *http.Request) (leave func()) {
	n := numberOf(req)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[n]++
	r.seen[req.URL.Path]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.open[n]--
	}
}

// load is how many requests are open on each connection, in the order in which
// they were accepted.
func (r *remote) load() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	load := make([]int, r.accepted)
	for n, open := range r.open {
		load[n] = open
	}
	return load
}

// dial connects to the server, and tells of it as package net does.
func (r *remote) dial(ctx context.Context, network, address string) (c net.Conn, err error) {
	r.mu.Lock()
	d := r.distance(len(r.dials))
	r.dials = append(r.dials, time.Since(r.start))
	r.mu.Unlock()
	time.Sleep(d.lookUp)
	if trace := httptrace.ContextClientTrace(ctx); trace != nil {
		trace.ConnectStart(network, address)
		defer func() { trace.ConnectDone(network, address, err) }()
	}
	select {
	case <-time.After(d.connect):
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.closed:
		return nil, net.ErrClosed
	}
	if d.refused {
		return nil, &net.OpError{Op: "dial", Net: network, Err: fmt.Errorf("refused")}
	}
	client, near := net.Pipe()
	far, server := net.Pipe()
	r.relays.Go(func() { r.relay(far, near, d.trip, false) })
	r.relays.Go(func() { r.relay(near, far, d.trip, d.silent) })
	r.relays.Go(func() { r.admit(server) })
	return client, nil
}

// admit hands a connection to the server, as a proxy after it was asked to.
func (r *remote) admit(c net.Conn) {
	if r.proxy != nil {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
	}
	select {
	case r.conns <- c:
	case <-r.closed:
		c.Close()
	}
}

// relay takes what it reads to the other side, where it is after a trip.
func (r *remote) relay(to, from net.Conn, trip time.Duration, silent bool) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 1000)
	r.relays.Go(func() {
		defer to.Close()
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			if !silent {
				to.Write(p.data) // what fails is noticed when its other side is read
			}
		}
	})
	defer close(pieces)
	for {
		buf := make([]byte, 4096)
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		pieces <- piece{buf[:n], time.Now().Add(trip)}
	}
}

func (r *remote) Accept() (net.Conn, error) {
	select {
	case c := <-r.conns:
		return c, nil
	case <-r.closed:
		return nil, net.ErrClosed
	}
}

func (r *remote) Close() error   { return nil }
func (r *remote) Addr() net.Addr { return &net.UnixAddr{Name: "remote"} }
