package main

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"getflags/flags/flagserver"
)

// What may go wrong below HTTP, by the names of toxiproxy. Times are in
// milliseconds (the slicer's in microseconds), rates in KB/s.
const (
	latency    = `{"type": "latency", "attributes": {"latency": 20, "jitter": 15}}`
	latencyUp  = `{"type": "latency", "stream": "upstream", "attributes": {"latency": 10, "jitter": 5}}`
	bandwidth  = `{"type": "bandwidth", "attributes": {"rate": 200}}`
	slicer     = `{"type": "slicer", "attributes": {"average_size": 200, "size_variation": 100, "delay": 50}}`
	slicerUp   = `{"type": "slicer", "stream": "upstream", "attributes": {"average_size": 10, "size_variation": 5}}`
	reset      = `{"type": "reset_peer", "attributes": {"timeout": 0}}`
	resetSome  = `{"type": "reset_peer", "toxicity": 0.3, "attributes": {"timeout": 0}}`
	cutEarly   = `{"type": "limit_data", "attributes": {"bytes": 1000}}`
	cutLate    = `{"type": "limit_data", "attributes": {"bytes": 30000}}`
	silence    = `{"type": "timeout", "attributes": {"timeout": 0}}`
	silentSome = `{"type": "timeout", "toxicity": 0.3, "attributes": {"timeout": 0}}`
	hangUp     = `{"type": "timeout", "attributes": {"timeout": 30}}`
)

// Whatever happens below HTTP, each flag is either whole on the disk or an
// error, and never both or neither.
func TestBelowHTTP(t *testing.T) {
	if testing.Short() {
		t.Skip("fourteen bad networks take 2 s; make test-all runs it")
	}
	const (
		all = iota
		some
		none
	)
	tests := []struct {
		name   string
		toxics []string
		args   string
		want   int
	}{
		// The time-outs of those that get all are for tests that hang.
		{"no fault", nil, "-m 20 --timeout 60", all},
		{"latency", []string{latency, latencyUp}, "-m 20 --timeout 60", all},
		{"bandwidth", []string{bandwidth}, "-m 20 --timeout 60", all},
		{"slices", []string{slicer, slicerUp}, "-m 20 --timeout 60", all},
		{"slow and sliced", []string{latency, bandwidth, slicer}, "-m 5 --timeout 60", all},
		{"resets", []string{reset}, "-m 20 --retries 1", none},
		{"some resets", []string{resetSome}, "-m 5 --retries 3", some},
		{"each answer cut off", []string{cutEarly}, "-m 20 --retries 0", none},
		{"connections cut off", []string{cutLate}, "-m 5 --retries 0", some},
		{"connections cut off, retried", []string{cutLate}, "-m 5 --timeout 60 --retries 20", all},
		{"slices cut off", []string{slicer, cutLate}, "-m 20 --retries 1", some},
		{"silence", []string{silence}, "-m 100 --retries 0 --timeout .1", none},
		{"some silence", []string{silentSome}, "-m 5 --retries 1 --timeout .1", some},
		{"hung up", []string{hangUp}, "-m 20 --retries 0", none},
	}
	set := wholeSet(t)
	before := goleak.IgnoreCurrent()
	var running sync.WaitGroup
	for _, tt := range tests {
		together(t, &running, tt.name, func(t *testing.T) {
			n := throughProxy(t, set, tt.toxics, tt.args)
			if tt.want == all && n != 40 || tt.want == none && n != 0 {
				t.Errorf("%d of 40 flags arrived", n)
			}
		})
	}
	running.Wait()
	goleak.VerifyNone(t, append(proxysOwn(), before)...)
}

// throughProxy downloads 40 flags from a server behind a proxy, and returns
// how many arrived, after it has checked that the report, the exit code and
// the directory say the same.
func throughProxy(t *testing.T, set map[string][]byte, toxics []string, args string) int {
	handler, err := flagserver.New(flagserver.Set(), flagserver.Behaviour{MinDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	proxy := startProxy(t, server.Listener.Addr().String(), toxics)
	defer proxy.Stop()

	dir := t.TempDir()
	var out, errs transcript
	// checkCap relies on -m being first.
	words := append(strings.Fields(args), "-a", "-l", "40", "-v", "--save-metadata", "-o", dir, "-s", "http://"+proxy.Listen+"/flags")
	code := inProcess(t.Context(), &out, &errs, words...)

	gifs, jsons, temps := inDir(t, dir, set)
	ok, failed := strings.Count(out.String(), " OK\n"), strings.Count(out.String(), " error: ")
	if ok+failed != 40 || ok != gifs || ok != jsons || temps != 0 {
		t.Errorf("%d OK, %d errors; %d GIFs, %d JSON, %d temporary files\n%s", ok, failed, gifs, jsons, temps, &out)
	}
	if want := min(failed, 1); code != want {
		t.Errorf("exit code %d with %d errors\n%s", code, failed, &errs)
	}
	// A server may hear late of a connection that is cut, and see the next
	// request before that.
	if failed == 0 && !slices.Contains(toxics, cutLate) {
		checkCap(t, handler, words[1])
	}
	return ok
}

// checkCap compares what the server saw with the value of -m.
func checkCap(t *testing.T, handler *flagserver.Handler, m string) {
	t.Helper()
	most := handler.Stats().MaxInFlight
	if limit, err := strconv.ParseInt(m, 10, 64); err != nil || most == 0 || most > limit {
		t.Errorf("%d requests at once, want at most %s", most, m)
	}
}

// startProxy puts toxics between a server and whoever connects to the proxy's
// Listen address.
func startProxy(t *testing.T, server string, toxics []string) *toxiproxy.Proxy {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "flags", "127.0.0.1:0", server)
	for _, toxic := range toxics {
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			t.Fatalf("%s: %v", toxic, err)
		}
	}
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	return proxy
}

// proxysOwn are goroutines that toxiproxy leaves behind: a link that closed a
// connection does not wait for what still wants to write to it.
func proxysOwn() []goleak.Option {
	const pkg = "github.com/Shopify/toxiproxy/v2"
	return []goleak.Option{
		goleak.IgnoreAnyFunction(pkg + ".(*ToxicLink).read"),
		goleak.IgnoreAnyFunction(pkg + ".(*ToxicLink).write"),
		goleak.IgnoreAnyFunction(pkg + "/toxics.(*ToxicStub).Run"),
	}
}
