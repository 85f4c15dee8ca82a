package dnstest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"getflags/cmd/blogdom/internal/dnstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(s *dnstest.Server, network, name string, qtype uint16) (*dns.Msg, error) {
	client := dns.Client{Net: network, Timeout: time.Minute}
	m, _, err := client.Exchange(new(dns.Msg).SetQuestion(name+".", qtype), s.Addr.String())
	return m, err
}

// An independent client sees what the zone says.
func TestZone(t *testing.T) {
	zone, err := dnstest.ParseZone(`
		# name    reply
		with.dev  ADDRESS 192.0.2.1 192.0.2.2 2001:db8::1
		none.dev  NODATA
		try.dev   SERVFAIL # on purpose
		pass.dev  REFUSED
		long.dev  TRUNCATED 192.0.2.3`)
	if err != nil {
		t.Fatal(err)
	}
	server := dnstest.Start(t, zone)
	tests := []struct {
		network, name string
		qtype         uint16
		rcode         int
		answers       int
		truncated     bool
	}{
		{"udp", "with.dev", dns.TypeA, dns.RcodeSuccess, 2, false},
		{"tcp", "WITH.dev", dns.TypeAAAA, dns.RcodeSuccess, 1, false},
		{"udp", "none.dev", dns.TypeA, dns.RcodeSuccess, 0, false},
		{"udp", "try.dev", dns.TypeA, dns.RcodeServerFailure, 0, false},
		{"udp", "pass.dev", dns.TypeA, dns.RcodeRefused, 0, false},
		{"udp", "elif.dev", dns.TypeA, dns.RcodeNameError, 0, false},
		{"udp", "long.dev", dns.TypeA, dns.RcodeSuccess, 0, true},
		{"tcp", "long.dev", dns.TypeA, dns.RcodeSuccess, 1, false},
	}
	for _, tt := range tests {
		m, err := ask(server, tt.network, tt.name, tt.qtype)
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		if m.Rcode != tt.rcode || len(m.Answer) != tt.answers || m.Truncated != tt.truncated {
			t.Errorf("%+v: got %v", tt, m)
		}
	}
	if got := len(server.Asked()); got != len(tests) {
		t.Errorf("%d questions counted, want %d", got, len(tests))
	}
}

func TestParseZoneRefuses(t *testing.T) {
	for _, text := range []string{"with.dev", "with.dev ADDRESS", "with.dev MAYBE", "with.dev NXDOMAIN 192.0.2.1"} {
		if _, err := dnstest.ParseZone(text); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("ParseZone(%q): error %v", text, err)
		}
	}
}

// MostOpen counts names, not questions, and only until their answer.
func TestMostOpen(t *testing.T) {
	gate := make(chan struct{})
	server := dnstest.Start(t, dnstest.Zone{"held.dev": dnstest.When(gate, dnstest.Addresses("192.0.2.1"))})
	answered := make(chan error)
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
		go func() { _, err := ask(server, "udp", "held.dev", qtype); answered <- err }()
	}
	server.AwaitOpen(1)
	for _, name := range []string{"a.dev", "b.dev"} {
		if _, err := ask(server, "udp", name, dns.TypeA); err != nil {
			t.Error(err)
		}
	}
	close(gate)
	for range 2 {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
	if most := server.MostOpen(); most != 2 {
		t.Errorf("%d names open at once, want 2", most)
	}
	if open := server.Open(); len(open) > 0 {
		t.Errorf("%v still open", open)
	}
}

func TestCloseFreesWhoWaits(t *testing.T) {
	server := dnstest.Start(t, nil)
	waited := make(chan bool)
	go func() { waited <- server.Await("never.dev") }()
	server.Close()
	if <-waited {
		t.Error("Await saw a question that nobody asked")
	}
}
