package downloader

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader/internal/transport"
	"getflags/internal/pipes"
)

// A nat is a network in memory on the way to which somebody keeps a table of
// the connections, and may forget those that there are: nothing comes through
// on them any more, and nobody is told. New ones work.
type nat struct {
	*pipes.Listener
	relays sync.WaitGroup
	slow   atomic.Bool // whether a byte of an answer takes 0.8 s

	dead bool // whether nothing ever comes through

	mu    sync.Mutex
	table []*atomic.Bool // of each connection: whether it is forgotten
	ends  []net.Conn
}

func newNAT(t *testing.T) *nat {
	n := &nat{Listener: pipes.New()}
	t.Cleanup(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		for _, c := range n.ends {
			c.Close()
		}
		n.relays.Wait()
	})
	return n
}

func (n *nat) dial(ctx context.Context, network, address string) (net.Conn, error) {
	far, err := n.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	client, near := net.Pipe()
	n.mu.Lock()
	defer n.mu.Unlock()
	forgotten := new(atomic.Bool)
	n.table = append(n.table, forgotten)
	forgotten.Store(n.dead)
	n.ends = append(n.ends, near, far)
	n.relays.Go(func() { n.relay(far, near, forgotten, false) })
	n.relays.Go(func() { n.relay(near, far, forgotten, true) })
	return natConn{client}, nil
}

// natConn is a client's end. All that has come is read: the server says nothing
// before it is asked.
type natConn struct{ net.Conn }

func (natConn) Quiet() bool { return true }

// connect connects to the server, which is far away, so that there is more than
// one connection over HTTP/2, and tells of it as package net does.
func (n *nat) connect(ctx context.Context, network, address string) (net.Conn, error) {
	trace := httptrace.ContextClientTrace(ctx)
	if trace != nil && trace.ConnectStart != nil {
		trace.ConnectStart(network, address)
	}
	time.Sleep(20 * time.Millisecond)
	c, err := n.Listener.Dial(ctx, network, address)
	if trace != nil && trace.ConnectDone != nil {
		trace.ConnectDone(network, address, err)
	}
	return c, err
}

func (n *nat) relay(to, from net.Conn, forgotten *atomic.Bool, answers bool) {
	for buf := make([]byte, 4096); ; {
		got, err := from.Read(buf)
		switch {
		case forgotten.Load():
		case err != nil:
			to.Close()
		case !answers || !n.slow.Load():
			to.Write(buf[:got]) // what fails is noticed when its other side is read
		default:
			drip(to, buf[:got])
		}
		if err != nil {
			return
		}
	}
}

func drip(to net.Conn, data []byte) {
	for i := range data {
		time.Sleep(800 * time.Millisecond)
		if _, err := to.Write(data[i : i+1]); err != nil {
			return
		}
	}
}

// forget forgets all connections there are, and returns how many.
func (n *nat) forget() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, forgotten := range n.table {
		forgotten.Store(true)
	}
	return len(n.table)
}

// dials is how many connections there ever were.
func (n *nat) dials() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.table)
}

// A protocol is a way for requests to take.
type protocol struct {
	name          string
	secure, http2 bool
	through       string // URL of a proxy, or ""
}

// proxy is the proxy that requests go through: the server, which sees a path
// that is a whole URL, and does not mind.
func (p protocol) proxy(*url.URL) (*url.URL, error) {
	if p.through == "" {
		return nil, nil
	}
	return url.Parse(p.through)
}

func protocols() []protocol {
	return []protocol{
		{name: "HTTP1.1"},
		{name: "HTTP1.1 through a proxy", through: "http://proxy"},
		{name: "HTTPS1.1", secure: true},
		{name: "HTTP2", secure: true, http2: true},
	}
}

// behindNAT returns a Downloader whose requests h answers, and the URL of its
// server.
func behindNAT(t *testing.T, p protocol, o Options, h http.HandlerFunc) (*driven, *nat, string) {
	n := newNAT(t)
	server := httptest.NewUnstartedServer(h)
	server.Listener.Close()
	server.Listener = n
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = p.http2
	trusted, base := x509.NewCertPool(), "http://example.com/"
	if p.secure {
		server.StartTLS()
		trusted.AddCert(server.Certificate())
		base = "https://example.com/"
	} else {
		server.Start()
	}
	o = o.withDefaults()
	direct := newDirect(o, p.proxy)
	direct.Dial = n.dial
	d := &driven{&Downloader{newSender(o, direct, transport.NewConnections(func() http.RoundTripper {
		own := newHTTP(o)
		own.DialContext = n.dial
		own.TLSClientConfig = &tls.Config{RootCAs: trusted}
		own.ForceAttemptHTTP2 = p.http2
		own.Proxy = func(r *http.Request) (*url.URL, error) { return p.proxy(r.URL) }
		return own
	}))}, &shelf{}}
	t.Cleanup(func() {
		d.Close()
		server.Config.Close()
		server.Close()
	})
	return d, n, base
}

// getAll makes requests for n paths, at once as far as the cap allows it, and
// returns how many brought what is there.
func getAll(t *testing.T, d *driven, base string, n int) (arrived int) {
	t.Helper()
	tasks := func(yield func(task) bool) {
		for i := range n {
			if !yield(task{ID: fmt.Sprint(i), Fetch: fetchOne(base+fmt.Sprint(i), fmt.Sprint(i))}) {
				return
			}
		}
	}
	for r := range d.Run(t.Context(), tasks) {
		if r.Err == nil {
			arrived++
		} else {
			t.Logf("%s: %v", r.ID, r.Err)
		}
	}
	return arrived
}

// slowly answers with a path after a moment, so that there are many requests
// at once.
func slowly(w http.ResponseWriter, r *http.Request) {
	time.Sleep(50 * time.Millisecond)
	io.WriteString(w, r.URL.Path)
}

// When all connections are dead, though nobody says so, the attempt after a
// time-out does not meet another of them: one retry is enough.
func TestNextAttemptTakesAnotherConnection(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, n, base := behindNAT(t, p, Options{MaxInFlight: 8, Retries: 1}, slowly)
				if arrived := getAll(t, d, base, 40); arrived != 40 {
					t.Fatalf("%d of 40 before", arrived)
				}
				had := n.forget()
				if body, attempts, err := getCounted(t.Context(), d, base+"one"); body != "/one" || attempts != 2 {
					t.Errorf("%d connections are dead: %q after %d attempts, %v", had, body, attempts, err)
				}
				had = n.forget()
				if arrived := getAll(t, d, base, 20); arrived != 20 {
					t.Errorf("%d connections are dead: %d of 20 arrived", had, arrived)
				}
			})
		})
	}
}

// The same where a connection dies within an answer.
func TestNextAttemptAfterHalfABody(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n *nat
				var once sync.Once
				half := func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "half") {
						once.Do(func() {
							w.Header().Set("Content-Length", "5")
							io.WriteString(w, "/h")
							w.(http.Flusher).Flush()
							time.Sleep(time.Second)
							n.forget()
						})
					}
					slowly(w, r)
				}
				d, network, base := behindNAT(t, p, Options{MaxInFlight: 8, Retries: 1}, half)
				n = network
				if arrived := getAll(t, d, base, 40); arrived != 40 {
					t.Fatalf("%d of 40 before", arrived)
				}
				if body, attempts, err := getCounted(t.Context(), d, base+"half"); body != "/half" || attempts != 2 {
					t.Errorf("%q after %d attempts, %v", body, attempts, err)
				}
			})
		})
	}
}

// An answer that takes too long says nothing about the other requests of its
// connection: they go on. A host that is slow, again and again, costs one
// connection each time, over HTTP/2, not one for each request.
func TestSlowAnswerHarmsNoOther(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slow := func(w http.ResponseWriter, r *http.Request) {
					if strings.Contains(r.URL.Path, "slow") {
						idle(r, time.Minute)
					}
					time.Sleep(2 * time.Second)
					io.WriteString(w, r.URL.Path)
				}
				d, n, base := behindNAT(t, p, Options{MaxInFlight: 8, Retries: 3}, slow)
				get(t.Context(), d, base) // from now on all know whether it is HTTP/2
				var requests sync.WaitGroup
				for i := range 4 {
					requests.Go(func() {
						if _, attempts, err := getCounted(t.Context(), d, base+"slow"); err == nil || attempts != 4 {
							t.Errorf("slow: %v after %d attempts", err, attempts)
						}
					})
					requests.Go(func() {
						for j := range 20 { // each overlaps with a time-out, now and then
							body, attempts, err := getCounted(t.Context(), d, fmt.Sprintf("%s%d-%d", base, i, j))
							if err != nil || attempts != 1 || body != fmt.Sprintf("/%d-%d", i, j) {
								t.Errorf("%q after %d attempts, %v", body, attempts, err)
							}
							time.Sleep(time.Duration(i) * 100 * time.Millisecond)
						}
					})
				}
				requests.Wait()
				if p.http2 && n.dials() > 4+4*4 {
					t.Errorf("%d connections", n.dials())
				}
				t.Logf("%d connections", n.dials())
			})
		})
	}
}

// A header that comes byte by byte takes too long, as a whole.
func TestHeaderTimeoutIsTotal(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, n, base := behindNAT(t, p, Options{Timeout: time.Second}, slowly)
				get(t.Context(), d, base)
				n.slow.Store(true)
				start := time.Now()
				_, err := get(t.Context(), d, base)
				var timeout *TimeoutError
				if took := time.Since(start); !errors.As(err, &timeout) || took > 1100*time.Millisecond {
					t.Errorf("%v after %v", err, took)
				}
			})
		})
	}
}

// Whatever a request waits for on its way to a connection, it does not wait for
// long. The proxy or the server accepts connections here and is silent.
func TestConnectingIsBounded(t *testing.T) {
	for _, p := range []protocol{
		{name: "TLS", secure: true},
		{name: "CONNECT", secure: true, through: "http://proxy"},
		{name: "TLS with a proxy", secure: true, through: "https://proxy"},
		{name: "SOCKS", through: "socks5://proxy"},
		{name: "TLS through SOCKS", secure: true, through: "socks5://proxy"},
	} {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, n, base := behindNAT(t, p, Options{Timeout: time.Second, Retries: 1, MaxInFlight: 8}, slowly)
				n.dead = true
				start := time.Now()
				arrived := getAll(t, d, base, 10)
				if took := time.Since(start); arrived != 0 || took > 10*time.Second {
					t.Errorf("%d arrived after %v", arrived, took)
				}
				var timeout *TimeoutError
				if _, err := get(t.Context(), d, base); !errors.As(err, &timeout) || timeout.During != "connecting" {
					t.Error(err)
				}
			})
		})
	}
}
