package domain_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/blogdom/internal/dnstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func addrs(texts ...string) (list []netip.Addr) {
	for _, t := range texts {
		list = append(list, netip.MustParseAddr(t))
	}
	return list
}

// probe asks a server that gives every question the same reply.
func probe(t *testing.T, reply dnstest.Reply, timeout time.Duration) (domain.Result, *dnstest.Server) {
	t.Helper()
	server := dnstest.Start(t, dnstest.Zone{"*": reply})
	p := domain.Prober{Server: server.Addr, Timeout: timeout}
	return p.Probe(t.Context(), "with.dev"), server
}

func TestAnswers(t *testing.T) {
	nxdomain, nodata := dnstest.Code(dns.RcodeNameError), dnstest.Code(dns.RcodeSuccess)
	servfail := dnstest.Code(dns.RcodeServerFailure)
	four, six := dnstest.Addresses("192.0.2.1"), dnstest.Addresses("2001:db8::1")
	tests := map[string]struct {
		reply dnstest.Reply
		want  []netip.Addr
	}{
		"both families":            {dnstest.Addresses("192.0.2.1", "192.0.2.2", "2001:db8::1"), addrs("192.0.2.1", "192.0.2.2", "2001:db8::1")},
		"IPv4 alone":               {four, addrs("192.0.2.1")},
		"IPv6 alone":               {six, addrs("2001:db8::1")},
		"no such name":             {nxdomain, nil},
		"a name without addresses": {nodata, nil},
		"an alias of itself":       {dnstest.Loop, nil},
		"IPv6 fails":               {dnstest.OnlyFor("A", four, servfail), addrs("192.0.2.1")},
		"IPv4 fails":               {dnstest.OnlyFor("AAAA", six, servfail), addrs("2001:db8::1")},
		"too long for UDP":         {dnstest.Truncated(four), addrs("192.0.2.1")},
		"false answers first":      {dnstest.AfterLies(four), addrs("192.0.2.1")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, _ := probe(t, tt.reply, time.Minute)
			if r.Err != nil {
				t.Error(r.Err)
			}
			byValue := cmpopts.EquateComparable(netip.Addr{})
			if diff := cmp.Diff(tt.want, r.Addrs, byValue, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if r.Found() != (tt.want != nil) {
				t.Errorf("Found() = %v", r.Found())
			}
		})
	}
}

func TestFailures(t *testing.T) {
	servfail := dnstest.Code(dns.RcodeServerFailure)
	nxdomain := dnstest.Code(dns.RcodeNameError)
	tests := map[string]struct {
		reply dnstest.Reply
		want  string
	}{
		"SERVFAIL":                    {servfail, "server failure"},
		"SERVFAIL for IPv4 alone":     {dnstest.OnlyFor("A", servfail, nxdomain), "server failure"},
		"SERVFAIL for IPv6 alone":     {dnstest.OnlyFor("A", nxdomain, servfail), "server failure"},
		"REFUSED":                     {dnstest.Code(dns.RcodeRefused), "refused by the server"},
		"FORMERR":                     {dnstest.Code(dns.RcodeFormatError), "refused by the server"},
		"an answer cut short":         {dnstest.CutShort, "malformed answer"},
		"garbage over TCP":            {dnstest.Truncated(dnstest.Garbage), "malformed answer"},
		"the wrong question over TCP": {dnstest.Truncated(dnstest.WrongName), "malformed answer"},
		"a server that knows nothing": {dnstest.Lame, "lame referral"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, server := probe(t, tt.reply, time.Minute)
			wantError(t, r, tt.want)
			var dns *net.DNSError
			if !errors.As(r.Err, &dns) || dns.Server != server.Addr.String() || dns.Name != "with.dev" {
				t.Errorf("cause %#v, want a DNSError naming %v and with.dev", dns, server.Addr)
			}
		})
	}
}

// Over UDP anybody can send an answer, so false ones are passed over, and the
// true one is waited for as long as the time-out lets.
func TestSilenceAndLies(t *testing.T) {
	for name, reply := range map[string]dnstest.Reply{
		"silence":            dnstest.Silent,
		"silence over TCP":   dnstest.Truncated(dnstest.Silent),
		"wrong number":       dnstest.WrongID,
		"wrong question":     dnstest.WrongName,
		"no question":        dnstest.NoQuestion,
		"the question again": dnstest.Echo,
		"garbage":            dnstest.Garbage,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := probe(t, reply, 200*time.Millisecond)
			wantError(t, r, "timeout")
			if !errors.Is(r.Err, context.DeadlineExceeded) {
				t.Errorf("%#v does not wrap context.DeadlineExceeded", r.Err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	server := dnstest.Start(t, nil)
	server.Close()
	r := domain.Prober{Server: server.Addr, Timeout: time.Minute}.Probe(t.Context(), "with.dev")
	wantError(t, r, "connection refused")
}

func wantError(t *testing.T, r domain.Result, reason string) {
	t.Helper()
	var e *domain.Error
	if !errors.As(r.Err, &e) || e.Reason != reason {
		t.Errorf("error %v, want reason %q", r.Err, reason)
	}
	if r.Found() {
		t.Errorf("found at %v in spite of the error", r.Addrs)
	}
}

// The name is asked for as it stands: no search domain behind it, IDNs in
// ASCII, and TCP only where UDP did not do.
func TestQuestions(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{"xn--caf-dma.dev": dnstest.Truncated(dnstest.Addresses("192.0.2.1"))})
	r := domain.Prober{Server: server.Addr}.Probe(t.Context(), "Café.dev.")
	if !r.Found() || r.Domain != "Café.dev." || r.ASCII != "xn--caf-dma.dev" {
		t.Errorf("result %+v", r)
	}
	want := []dnstest.Question{
		{Name: r.ASCII, Type: "A", Network: "tcp"}, {Name: r.ASCII, Type: "A", Network: "udp"},
		{Name: r.ASCII, Type: "AAAA", Network: "tcp"}, {Name: r.ASCII, Type: "AAAA", Network: "udp"},
	}
	sorted := cmpopts.SortSlices(func(a, b dnstest.Question) bool { return a.Type+a.Network < b.Type+b.Network })
	if diff := cmp.Diff(want, server.Asked(), sorted); diff != "" {
		t.Error(diff)
	}
}

func TestNoNameNoQuestion(t *testing.T) {
	server := dnstest.Start(t, nil)
	r := domain.Prober{Server: server.Addr}.Probe(t.Context(), "-x.dev")
	if !errors.Is(r.Err, domain.ErrName) || r.ASCII != "" || len(server.Asked()) > 0 {
		t.Errorf("result %+v, questions %v", r, server.Asked())
	}
}

func TestProbeInterrupted(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{"*": dnstest.Silent})
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("closing time")
	go func() {
		server.Await("with.dev")
		cancel(cause)
	}()
	r := domain.Prober{Server: server.Addr, Timeout: time.Hour}.Probe(ctx, "with.dev")
	if !errors.Is(r.Err, cause) {
		t.Errorf("error %v, want one that wraps %q", r.Err, cause)
	}
}

func TestIPv6Server(t *testing.T) {
	server, err := dnstest.Listen("::1", dnstest.Zone{"*": dnstest.Addresses("2001:db8::1")})
	if err != nil {
		t.Skip("no IPv6 on loopback:", err)
	}
	defer server.Close()
	if r := (domain.Prober{Server: server.Addr}).Probe(t.Context(), "with.dev"); !r.Found() {
		t.Errorf("result %+v", r)
	}
}
