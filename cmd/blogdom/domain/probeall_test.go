package domain_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/blogdom/internal/dnstest"
)

// numbered yields n domains, w0.dev, w1.dev …
func numbered(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("w%d.dev", i)) {
				return
			}
		}
	}
}

func names(results iter.Seq[domain.Result]) (list []string) {
	for r := range results {
		list = append(list, r.Domain)
	}
	return list
}

func TestProbeAllYieldsEach(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{"w3.dev": dnstest.Addresses("192.0.2.3")})
	p := domain.Prober{Server: server.Addr, Concurrency: 7}
	seen := map[string]bool{}
	for r := range p.ProbeAll(t.Context(), numbered(100)) {
		if r.Err != nil || seen[r.Domain] || r.Found() != (r.Domain == "w3.dev") {
			t.Errorf("result %+v, seen before: %v", r, seen[r.Domain])
		}
		seen[r.Domain] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d domains, want 100", len(seen))
	}
}

// The answer to the second question comes first, so it is the first yielded.
func TestProbeAllInOrderOfAnswers(t *testing.T) {
	gate := make(chan struct{})
	server := dnstest.Start(t, dnstest.Zone{"w0.dev": dnstest.When(gate, dnstest.Addresses("192.0.2.1"))})
	p := domain.Prober{Server: server.Addr, Concurrency: 2}
	var order []string
	for r := range p.ProbeAll(t.Context(), numbered(3)) {
		order = append(order, r.Domain)
		if len(order) == 2 {
			close(gate)
		}
	}
	if want := []string{"w1.dev", "w2.dev", "w0.dev"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// The server holds every answer until as many names wait as may; if the cap
// were lower, it would wait forever, if it were higher, it would have seen it.
func TestCap(t *testing.T) {
	const cap = 50
	gate := make(chan struct{})
	server := dnstest.Start(t, dnstest.Zone{"*": dnstest.When(gate, dnstest.Addresses("192.0.2.1"))})
	go func() {
		if server.AwaitOpen(cap) {
			close(gate)
		}
	}()
	p := domain.Prober{Server: server.Addr, Concurrency: cap}
	if got := len(names(p.ProbeAll(t.Context(), numbered(500)))); got != 500 {
		t.Errorf("%d results, want 500", got)
	}
	if most := server.MostOpen(); most != cap {
		t.Errorf("the server saw %d names at once, want %d", most, cap)
	}
}

// The domains never end; memory would, if ProbeAll took them before it had
// room, and the loop would not, if break did not cancel the silent rest.
func TestBreakCancelsTheRest(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{"*": dnstest.Silent, "w4.dev": dnstest.Addresses("192.0.2.4")})
	taken := 0
	endless := func(yield func(string) bool) {
		for yield(fmt.Sprintf("w%d.dev", taken)) {
			taken++
		}
	}
	p := domain.Prober{Server: server.Addr, Concurrency: 5, Timeout: time.Hour}
	for r := range p.ProbeAll(t.Context(), endless) {
		if r.Domain != "w4.dev" {
			t.Errorf("result %+v", r)
		}
		break
	}
	if taken > 7 {
		t.Errorf("%d domains taken with room for 5", taken)
	}
}

// What was answered is yielded, what was under way is not, and the sequence
// ends though nobody breaks.
func TestCancelEndsTheSequence(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{"*": dnstest.Silent, "w0.dev": dnstest.Addresses("192.0.2.1")})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	p := domain.Prober{Server: server.Addr, Concurrency: 3, Timeout: time.Hour}
	var got []string
	for r := range p.ProbeAll(ctx, numbered(50)) {
		got = append(got, r.Domain)
		cancel(errors.New("enough"))
	}
	if !slices.Equal(got, []string{"w0.dev"}) {
		t.Errorf("yielded %v, want w0.dev alone", got)
	}
}

func TestCancelledFromTheStart(t *testing.T) {
	server := dnstest.Start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := domain.Prober{Server: server.Addr}
	if got := names(p.ProbeAll(ctx, numbered(50))); len(got) > 0 || len(server.Asked()) > 0 {
		t.Errorf("yielded %v, asked %v", got, server.Asked())
	}
}

// One silent name costs its own time-out and nothing else.
func TestOneTimeoutAmongMany(t *testing.T) {
	if testing.Short() {
		t.Skip("its time-out, which no answer may reach, is 5 s; make test-all runs it")
	}
	server := dnstest.Start(t, dnstest.Zone{"*": dnstest.Addresses("192.0.2.1"), "w7.dev": dnstest.Silent})
	p := domain.Prober{Server: server.Addr, Timeout: 5 * time.Second, Concurrency: 4}
	var failed []string
	for r := range p.ProbeAll(t.Context(), numbered(40)) {
		if r.Err != nil {
			failed = append(failed, r.Err.Error())
		}
	}
	if !slices.Equal(failed, []string{"w7.dev: timeout"}) {
		t.Errorf("failures %q", failed)
	}
}

// BenchmarkThousand probes 1,000 names, 100 at a time, against a server that
// takes 100 ms for each answer: ideally one second.
func BenchmarkThousand(b *testing.B) {
	server, err := dnstest.Listen("127.0.0.1", dnstest.Zone{
		"*": dnstest.After(100*time.Millisecond, dnstest.Addresses("192.0.2.1", "2001:db8::1")),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	p := domain.Prober{Server: server.Addr, Concurrency: 100}
	for b.Loop() {
		for r := range p.ProbeAll(b.Context(), numbered(1000)) {
			if !r.Found() {
				b.Fatal(r.Err)
			}
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/1000-names")
	b.ReportMetric(float64(server.MostOpen()), "names-at-once")
}
