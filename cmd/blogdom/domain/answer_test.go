package domain_test

import (
	"testing"
	"time"

	"github.com/miekg/dns"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/blogdom/internal/dnstest"
)

// An OPT record in the answer section says nothing about the answers beside it.
func TestOPTInTheAnswerSection(t *testing.T) {
	four := dnstest.Addresses("192.0.2.1")
	if r, _ := probe(t, dnstest.OPTInAnswer(four), time.Minute); !r.Found() || r.Err != nil {
		t.Errorf("an address: %+v", r)
	}
	if r, _ := probe(t, dnstest.OPTFirst(four), time.Minute); !r.Found() || r.Err != nil {
		t.Errorf("an address, moved: %+v", r)
	}
	if r, _ := probe(t, dnstest.OPTFirst(dnstest.AliasOf("host.example", "192.0.2.1")), time.Minute); !r.Found() || r.Err != nil {
		t.Errorf("an address behind an alias, moved: %+v", r)
	}
	if r, _ := probe(t, dnstest.OPTInAnswer(dnstest.Code(dns.RcodeSuccess)), time.Minute); !r.Exists || r.Found() || r.Err != nil {
		t.Errorf("none: %+v", r)
	}
	if r, _ := probe(t, dnstest.OPTInAnswer(dnstest.Code(dns.RcodeNameError)), time.Minute); r.Exists || r.Err != nil {
		t.Errorf("no such name: %+v", r)
	}
}

// A server that does not know EDNS is asked again without it.
func TestEDNSRefused(t *testing.T) {
	four := dnstest.Addresses("192.0.2.1")
	for name, refuse := range map[string]dnstest.Reply{
		"FORMERR":                      dnstest.Code(dns.RcodeFormatError),
		"FORMERR without the question": dnstest.BareCode(dns.RcodeFormatError),
		"FORMERR with OPT in answer":   dnstest.OPTInAnswer(dnstest.Code(dns.RcodeFormatError)),
		"NOTIMP":                       dnstest.Code(dns.RcodeNotImplemented),
		"BADVERS":                      dnstest.BadVersion,
		"SERVFAIL":                     dnstest.Code(dns.RcodeServerFailure),
		"garbled":                      dnstest.CutShort,
	} {
		for network, then := range map[string]dnstest.Reply{"UDP": four, "TCP": dnstest.Truncated(four)} {
			r, server := probe(t, dnstest.WithoutEDNS(refuse, then), time.Minute)
			if !r.Found() || r.Err != nil {
				t.Errorf("%s over %s: %+v, asked %v", name, network, r, server.Asked())
			}
		}
		r, _ := probe(t, dnstest.Truncated(dnstest.WithoutEDNS(refuse, four)), time.Minute)
		if !r.Found() || r.Err != nil {
			t.Errorf("%s over TCP alone: %+v", name, r)
		}
	}
	// The server may refuse without EDNS, too.
	for name, reply := range map[string]dnstest.Reply{
		"FORMERR": dnstest.BareCode(dns.RcodeFormatError), "NOTIMP": dnstest.Code(dns.RcodeNotImplemented), "BADVERS": dnstest.BadVersion,
	} {
		r, server := probe(t, reply, time.Minute)
		wantError(t, r, "refused by the server")
		if n := len(server.Asked()); n > 2*3 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// A name without an address still exists.
func TestNodataIsNotNXDOMAIN(t *testing.T) {
	nxdomain, nodata := dnstest.Code(dns.RcodeNameError), dnstest.Code(dns.RcodeSuccess)
	for name, tt := range map[string]struct {
		reply         dnstest.Reply
		exists, found bool
	}{
		"NODATA":                      {nodata, true, false},
		"NXDOMAIN":                    {nxdomain, false, false},
		"NODATA for IPv4 alone":       {dnstest.OnlyFor("A", nodata, nxdomain), true, false},
		"NODATA for IPv6 alone":       {dnstest.OnlyFor("A", nxdomain, nodata), true, false},
		"IPv6 alone, IPv4 denied":     {dnstest.OnlyFor("A", nxdomain, dnstest.Addresses("2001:db8::1")), true, true},
		"an alias of nothing":         {dnstest.Alias("gone.example", dns.RcodeNameError), true, false},
		"an alias without an address": {dnstest.Alias("mail.example", dns.RcodeSuccess), true, false},
		"an alias of itself":          {dnstest.Loop, true, false},
		"an alias with an address":    {dnstest.AliasOf("host.example", "192.0.2.1"), true, true},
		"renamed to nothing":          {dnstest.Renamed("example"), false, false},
	} {
		r, _ := probe(t, tt.reply, time.Minute)
		if r.Err != nil || r.Exists != tt.exists || r.Found() != tt.found {
			t.Errorf("%s: %+v, want exists %v, found %v", name, r, tt.exists, tt.found)
		}
	}
	r, _ := probe(t, dnstest.Referral, time.Minute)
	wantError(t, r, "lame referral")
	if r.Exists {
		t.Error("a name exists that nobody has answered for")
	}
}

// An address of another name is not an answer.
func TestAddressOfAnotherName(t *testing.T) {
	lie := dnstest.AliasOf("host.example", "192.0.2.1")
	r, _ := probe(t, dnstest.WithoutAliases(lie), time.Minute)
	if r.Found() {
		t.Errorf("%+v", r)
	}
}

func TestWildcards(t *testing.T) {
	server := dnstest.Start(t, dnstest.Zone{
		"*.ws":     dnstest.Addresses("192.0.2.9"),
		"*.alias":  dnstest.Alias("gone.example", dns.RcodeNameError),
		"*.nodata": dnstest.Code(dns.RcodeSuccess),
		"*.silent": dnstest.Silent,
		"with.dev": dnstest.Addresses("192.0.2.1"),
	})
	p := domain.Prober{Server: server.Addr, Timeout: 200 * time.Millisecond}
	got := p.Wildcards(t.Context(), []string{"ws", "dev", "alias", "silent", "nodata"})
	if len(got) != 3 || got[0] != "ws" || got[1] != "alias" || got[2] != "nodata" {
		t.Errorf("got %v, want ws, alias, nodata", got)
	}
}
