package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const ms = time.Millisecond

// everywhere is a distance that is the same for all connections.
func everywhere(d distance) func(int) distance { return func(int) distance { return d } }

// fetch makes a request and sees to it that the answer is the one to it.
func fetch(ctx context.Context, cs *Connections, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://example.com"+path, nil)
	if err != nil {
		return err
	}
	resp, err := cs.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && string(body) != path {
		err = fmt.Errorf("%q is the answer to %s", body, path)
	}
	return err
}

// fetchAll makes n requests at once, each for a path of its own.
func fetchAll(t *testing.T, cs *Connections, n int) (all *sync.WaitGroup) {
	all = new(sync.WaitGroup)
	for i := range n {
		all.Go(func() {
			if err := fetch(t.Context(), cs, fmt.Sprintf("/%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	return all
}

// To a host that has not accepted a connection within 5 ms there are further
// ones over HTTP/2, one for every two requests and at most eight, all begun then.
// TCP alone counts: not the name's look-up, and not the handshake of TLS.
func TestFarHostHasMoreConnections(t *testing.T) {
	far := distance{lookUp: 50 * ms, connect: 20 * ms, trip: 10 * ms}
	near := distance{lookUp: 50 * ms, connect: 4 * ms, trip: 100 * ms}
	for _, tt := range []struct {
		distance
		requests, want int
	}{
		{far, 1, 1}, {far, 3, 1}, {far, 4, 2}, {far, 5, 2}, {far, 15, 7}, {far, 16, 8}, {far, 20, 8}, {far, 100, 8},
		{near, 1, 1}, {near, 16, 1}, {near, 100, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRemote(t, true, everywhere(tt.distance), func(*http.Request) { time.Sleep(50 * ms) })
			cs := r.connections(t)
			fetchAll(t, cs, tt.requests).Wait()
			fetchAll(t, cs, tt.requests).Wait() // later there are enough
			for i, at := range r.dials {
				if i == 0 && at != 0 || i > 0 && at != tt.lookUp+5*ms {
					t.Errorf("%+v: connection %d is begun after %v", tt, i, at)
				}
			}
			if r.accepted != tt.want || len(r.dials) != tt.want {
				t.Errorf("%+v: %d connections, of %d begun", tt, r.accepted, len(r.dials))
			}
		})
	}
}

// While connections are made each has only its share of the requests, and all of
// them are sent in the end, as many as are wanted at once.
func TestShareWhileConnectionsAreMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		r := newRemote(t, true, func(i int) distance {
			return distance{connect: time.Duration(20+min(i, 1)*20) * ms, trip: 10 * ms}
		}, func(*http.Request) { <-release })
		all := fetchAll(t, r.connections(t), 100)
		time.Sleep(60 * ms) // the others are made 5 ms later
		if load := r.load(); load[0] != 13 || slices.Max(load[1:]) != 0 {
			t.Errorf("requests by connection are %v when there is one of eight", load)
		}
		time.Sleep(100 * ms)
		load, sum := r.load(), 0
		for _, n := range load {
			sum += n
		}
		if len(load) != 8 || slices.Max(load) != 13 || sum != 100 {
			t.Errorf("requests by connection are %v when there are eight", load)
		}
		close(release)
		all.Wait()
	})
}

// A request goes to the connection that has the fewest.
func TestLeastBusyConnectionTakesTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make([]chan bool, 8)
		for i := range release {
			release[i] = make(chan bool)
		}
		r := newRemote(t, true, everywhere(distance{connect: 20 * ms, trip: 10 * ms}), func(req *http.Request) { <-release[numberOf(req)] })
		cs := r.connections(t)
		all := fetchAll(t, cs, 16)
		for _, free := range []int{3, 0, 7} {
			time.Sleep(time.Second)
			release[free] <- true
			release[free] <- true
			synctest.Wait()
			time.Sleep(time.Second)
			if load := r.load(); load[free] != 0 {
				t.Fatalf("requests by connection are %v", load)
			}
			for range 2 {
				all.Go(func() { fetch(t.Context(), cs, "/more") })
			}
			time.Sleep(time.Second)
			if load := r.load(); !slices.Equal(load, []int{2, 2, 2, 2, 2, 2, 2, 2}) {
				t.Errorf("requests by connection are %v, after two of number %d were replaced", load, free)
			}
		}
		for _, c := range release {
			close(c)
		}
		all.Wait()
	})
}

// A connection that is not made, for whatever reason, gives its share back, and
// no request fails, waits for long, or is sent twice, while there is another.
func TestHungConnectionGivesItsShareBack(t *testing.T) {
	good := distance{connect: 20 * ms, trip: 10 * ms}
	for name, bad := range map[string]distance{
		"TCP hangs": {connect: time.Hour},
		"TLS hangs": {connect: 20 * ms, trip: 10 * ms, silent: true},
		"refused":   {connect: 20 * ms, refused: true},
		"slow":      {connect: 300 * ms, trip: 10 * ms},
	} {
		for which, isBad := range map[string]func(int) bool{
			"first":         func(i int) bool { return i == 0 },
			"third":         func(i int) bool { return i == 2 },
			"all but one":   func(i int) bool { return i != 5 },
			"all but first": func(i int) bool { return i > 0 },
		} {
			t.Run(name+" "+which, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRemote(t, true, func(i int) distance {
						if isBad(i) {
							return bad
						}
						return good
					}, func(*http.Request) { time.Sleep(50 * ms) })
					fetchAll(t, r.connections(t), 100).Wait()
					if took := time.Since(r.start); took > 250*ms {
						t.Errorf("the last answer came after %v", took)
					}
					for path, times := range r.seen {
						if times != 1 {
							t.Errorf("%s was asked for %d times", path, times)
						}
					}
					if len(r.dials) != 8 {
						t.Errorf("%d connections begun", len(r.dials))
					}
				})
			})
		}
	}
}

// The same where connections are made in the very moment in which they are given
// up.
func TestConnectionIsMadeAsItIsGivenUp(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			r := newRemote(t, true, func(i int) distance {
				// The first is made after 40 ms, and then as long is waited for others.
				return distance{connect: time.Duration(20+35*min(i, 1)) * ms, trip: 10 * ms}
			}, func(*http.Request) { time.Sleep(50 * ms) })
			fetchAll(t, r.connections(t), 16).Wait()
			for path, times := range r.seen {
				if times != 1 {
					t.Errorf("%s was asked for %d times", path, times)
				}
			}
		})
	}
}

// The same when there are more requests than before, for which the further ones
// are begun.
func TestLaterConnectionsHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRemote(t, true, func(i int) distance {
			return distance{connect: 20 * ms, trip: 10 * ms, silent: i > 0}
		}, func(*http.Request) { time.Sleep(50 * ms) })
		cs := r.connections(t)
		fetchAll(t, cs, 1).Wait()
		start := time.Now()
		fetchAll(t, cs, 100).Wait()
		if took := time.Since(start); took > 250*ms || len(r.dials) != 8 {
			t.Errorf("the last answer came after %v, with %d connections begun", took, len(r.dials))
		}
	})
}

// A time-out has later requests make new connections, but where others have
// brought something meanwhile they are alive, and stay. That new ones may take
// longer than the first harms nobody.
func TestTimeoutOnAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var connect atomic.Int64
		connect.Store(int64(20 * ms))
		r := newRemote(t, true, func(i int) distance {
			return distance{connect: time.Duration(connect.Load()), trip: 10 * ms}
		}, func(req *http.Request) {
			if req.URL.Path == "/silent" {
				<-req.Context().Done()
			}
		})
		cs := r.connections(t)
		timeout := func(meanwhile func()) {
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, os.ErrDeadlineExceeded)
			defer cancel()
			var silent sync.WaitGroup
			silent.Go(func() { fetch(ctx, cs, "/silent") })
			time.Sleep(100 * ms)
			meanwhile()
			silent.Wait()
		}
		fetchAll(t, cs, 16).Wait()
		timeout(func() { fetchAll(t, cs, 16).Wait() })
		fetchAll(t, cs, 16).Wait()
		if len(r.dials) != 8 {
			t.Errorf("%d connections, want 8, which are all alive", len(r.dials))
		}
		timeout(func() {})
		connect.Store(int64(300 * ms))
		fetchAll(t, cs, 16).Wait()
		if len(r.dials) != 16 {
			t.Errorf("%d connections, want 8 more than 8, of which nothing was heard for long", len(r.dials))
		}
	})
}

// Where no connection is made every request fails by itself, none waits for the
// others, one after the other, and those that come later try again.
func TestNoConnection(t *testing.T) {
	for _, d := range []distance{{connect: ms, refused: true}, {connect: 20 * ms, refused: true}} {
		synctest.Test(t, func(t *testing.T) {
			r := newRemote(t, true, everywhere(d), func(*http.Request) {})
			cs := r.connections(t)
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					if err := fetch(t.Context(), cs, "/"); err == nil {
						t.Error("no error")
					}
				})
			}
			all.Wait()
			if took := time.Since(r.start); took > 50*ms {
				t.Errorf("all have failed after %v", took)
			}
			r.distance = everywhere(distance{connect: ms})
			if err := fetch(t.Context(), cs, "/"); err != nil {
				t.Error(err)
			}
		})
	}
}

// To a host that turns out to speak HTTP/1.1 there is a connection for each of
// the requests at once, and none besides: those that were begun are used. All
// are begun as soon as the first tells what the host speaks.
func TestHTTP1WastesNoConnection(t *testing.T) {
	for _, connect := range []time.Duration{ms, 20 * ms} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan bool)
			r := newRemote(t, false, everywhere(distance{connect: connect, trip: 10 * ms}), func(*http.Request) { <-release })
			cs := r.connections(t)
			for range 3 {
				all := fetchAll(t, cs, 20)
				time.Sleep(time.Second)
				if load := r.load(); len(load) != 20 || slices.Min(load) != 1 {
					t.Errorf("%v to connect: requests by connection are %v", connect, load)
				}
				for range 20 {
					release <- true
				}
				all.Wait()
			}
			if last := slices.Max(r.dials); last != connect+20*ms {
				t.Errorf("%v to connect: the last connection is begun after %v", connect, last)
			}
		})
	}
}

// Once it is known that a host speaks HTTP/1.1, one transport makes all
// connections, so that it finds each that is idle.
func TestOneTransportOverHTTP1(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRemote(t, false, everywhere(distance{connect: 20 * ms, trip: 10 * ms}), func(*http.Request) { time.Sleep(50 * ms) })
		cs := r.connections(t)
		transports := 0
		cs.newTransport = func() http.RoundTripper { transports++; return r.transport() }
		fetchAll(t, cs, 1).Wait()
		fetchAll(t, cs, 20).Wait()
		if transports != 1 || r.accepted != 20 {
			t.Errorf("%d transports with %d connections for 20 requests", transports, r.accepted)
		}
	})
}

// A request that waits for a connection ends with its context, and so does the
// one that makes it.
func TestContextEndsWhileConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRemote(t, true, everywhere(distance{connect: 20 * ms, trip: 10 * ms, silent: true}), func(*http.Request) {})
		cs := r.connections(t)
		gone := errors.New("gone")
		var all sync.WaitGroup
		for i := range 5 {
			after := time.Duration(i+1) * 100 * ms
			all.Go(func() {
				ctx, cancel := context.WithTimeoutCause(t.Context(), after, gone)
				defer cancel()
				err := fetch(ctx, cs, "/")
				if took := time.Since(r.start); took != after || err == nil || ctx.Err() == nil {
					t.Errorf("ended after %v of %v: %v", took, after, err)
				}
			})
		}
		all.Wait()
	})
}

// The end of a request that makes a connection harms no other.
func TestContextOfMakerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRemote(t, true, func(i int) distance {
			return distance{connect: 20 * ms, trip: 10 * ms, silent: i == 0}
		}, func(*http.Request) {})
		cs := r.connections(t)
		ctx, cancel := context.WithTimeout(t.Context(), 2*ms)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			if err := fetch(ctx, cs, "/"); err == nil {
				t.Error("a silent connection brought an answer")
			}
		})
		synctest.Wait() // it is to make the first connection
		for range 5 {
			all.Go(func() {
				if err := fetch(t.Context(), cs, "/"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// Through a proxy it is the way to the proxy that counts.
func TestConnectionsThroughAProxy(t *testing.T) {
	for connect, want := range map[time.Duration]int{ms: 1, 20 * ms: 8} {
		synctest.Test(t, func(t *testing.T) {
			r := newRemote(t, true, everywhere(distance{connect: connect, trip: 10 * ms}), func(*http.Request) { time.Sleep(50 * ms) })
			r.proxy = &url.URL{Scheme: "http", Host: "proxy"}
			fetchAll(t, r.connections(t), 100).Wait()
			if r.accepted != want {
				t.Errorf("%v to connect: %d connections, want %d", connect, r.accepted, want)
			}
		})
	}
}
