package dnstest

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Reply answers a question, or leaves it unanswered.
type Reply func(*Exchange)

// Exchange is one question and the way to answer it.
type Exchange struct {
	Question
	Msg *dns.Msg

	w      dns.ResponseWriter
	change func(*dns.Msg) // of each answer, or nil
	leave  func()
	stop   <-chan struct{}
}

// Stopping returns a channel that is closed when the server is about to end.
func (x *Exchange) Stopping() <-chan struct{} { return x.stop }

// answer is an empty positive answer of a recursive server.
func (x *Exchange) answer() *dns.Msg {
	m := new(dns.Msg).SetReply(x.Msg)
	m.RecursionAvailable = true
	return m
}

// Send answers with m. The question counts as answered just before m is sent, so
// that a client that asks again at once is not counted twice.
func (x *Exchange) Send(m *dns.Msg) {
	if x.change != nil {
		x.change(m)
	}
	x.leave()
	x.w.WriteMsg(m) // the client may have gone: not an error
}

// SendBytes answers with b as it is, even if it is not a DNS message.
func (x *Exchange) SendBytes(b []byte) {
	x.leave()
	x.w.Write(b)
}

// Addresses answers with those of addrs that are of the family asked for.
func Addresses(addrs ...string) Reply {
	return func(x *Exchange) { x.Send(x.withAddresses(x.answer(), addrs)) }
}

func (x *Exchange) withAddresses(m *dns.Msg, addrs []string) *dns.Msg {
	for _, text := range addrs {
		a := netip.MustParseAddr(text)
		h := dns.RR_Header{Name: x.Msg.Question[0].Name, Class: dns.ClassINET, Ttl: 60}
		switch {
		case a.Is4() && x.Type == "A":
			h.Rrtype = dns.TypeA
			m.Answer = append(m.Answer, &dns.A{Hdr: h, A: a.AsSlice()})
		case a.Is6() && x.Type == "AAAA":
			h.Rrtype = dns.TypeAAAA
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: h, AAAA: a.AsSlice()})
		}
	}
	return m
}

// Code answers with a response code and nothing else: dns.RcodeSuccess says
// that the name exists, without addresses; dns.RcodeNameError that it does not.
func Code(rcode int) Reply {
	return func(x *Exchange) {
		m := x.answer()
		m.Rcode = rcode
		x.Send(m)
	}
}

// Alias answers that the name is an alias of other, with rcode and no addresses.
func Alias(other string, rcode int) Reply {
	return func(x *Exchange) {
		m := x.answer()
		m.Rcode = rcode
		m.Answer = []dns.RR{x.cname(x.Msg.Question[0].Name, other+".")}
		x.Send(m)
	}
}

// Renamed answers that the parent domain is renamed to other (RFC 6672), and that
// the name does not exist there.
func Renamed(other string) Reply {
	return func(x *Exchange) {
		m := x.answer()
		m.Rcode = dns.RcodeNameError
		name := x.Msg.Question[0].Name
		label, parent, _ := strings.Cut(name, ".")
		h := dns.RR_Header{Name: parent, Rrtype: dns.TypeDNAME, Class: dns.ClassINET, Ttl: 60}
		m.Answer = []dns.RR{&dns.DNAME{Hdr: h, Target: other + "."}, x.cname(name, label+"."+other+".")}
		x.Send(m)
	}
}

func (x *Exchange) cname(from, to string) dns.RR {
	h := dns.RR_Header{Name: from, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 60}
	return &dns.CNAME{Hdr: h, Target: to}
}

// AliasOf answers that the name is an alias of other, which has addrs.
func AliasOf(other string, addrs ...string) Reply {
	return func(x *Exchange) {
		m := x.withAddresses(x.answer(), addrs)
		for _, rr := range m.Answer {
			rr.Header().Name = other + "."
		}
		m.Answer = append(m.Answer, x.cname(x.Msg.Question[0].Name, other+".")) // after the addresses: order must not matter
		x.Send(m)
	}
}

// OPTInAnswer puts an OPT record before the answers of then, where it does not
// belong (RFC 6891, section 6.1.1).
func OPTInAnswer(then Reply) Reply {
	return changed(then, func(m *dns.Msg) {
		opt := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT, Class: 1232}}
		m.Answer = append([]dns.RR{opt}, m.Answer...)
	})
}

// OPTFirst puts an OPT record before the answers of then without counting it
// there, so that the last of them stands behind the answer section.
func OPTFirst(then Reply) Reply {
	return changed(then, func(m *dns.Msg) {
		opt := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT, Class: 1232}}
		all := append([]dns.RR{opt}, m.Answer...)
		m.Answer, m.Extra = all[:len(m.Answer)], append(all[len(m.Answer):], m.Extra...)
	})
}

// changed changes the answers of then.
func changed(then Reply, change func(*dns.Msg)) Reply {
	return func(x *Exchange) {
		c := *x
		c.change = change
		then(&c)
	}
}

// WithoutEDNS answers questions with an OPT record with refuse, others with
// then.
func WithoutEDNS(refuse, then Reply) Reply {
	return func(x *Exchange) {
		if x.Msg.IsEdns0() != nil {
			refuse(x)
		} else {
			then(x)
		}
	}
}

// BareCode answers with a response code and without the question, like a server
// that could not read it.
func BareCode(rcode int) Reply {
	return changed(Code(rcode), func(m *dns.Msg) { m.Question = nil })
}

// BadVersion answers that it does not know this version of EDNS.
func BadVersion(x *Exchange) {
	m := x.answer()
	m.SetEdns0(1232, false)
	m.Rcode = dns.RcodeBadVers
	x.Send(m)
}

// Referral answers with name servers to ask instead.
func Referral(x *Exchange) {
	m := x.answer()
	h := dns.RR_Header{Name: "dev.", Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}
	m.Ns = []dns.RR{&dns.NS{Hdr: h, Ns: "ns.dev."}}
	x.Send(m)
}

// Silent never answers.
func Silent(*Exchange) {}

// OnlyFor answers questions of one type with then, others with other.
func OnlyFor(qtype string, then, other Reply) Reply {
	return func(x *Exchange) {
		if x.Type == qtype {
			then(x)
		} else {
			other(x)
		}
	}
}

// When holds the answer back until gate is closed.
func When(gate <-chan struct{}, then Reply) Reply {
	return func(x *Exchange) {
		select {
		case <-gate:
			then(x)
		case <-x.stop:
		}
	}
}

// After holds the answer back for d, for measurements.
func After(d time.Duration, then Reply) Reply {
	return func(x *Exchange) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			then(x)
		case <-x.stop:
		}
	}
}

// Truncated answers over UDP that the answer does not fit, and over TCP with
// then.
func Truncated(then Reply) Reply {
	return func(x *Exchange) {
		if x.Network == "tcp" {
			then(x)
			return
		}
		m := x.answer()
		m.Truncated = true
		x.Send(m)
	}
}

// WithoutAliases leaves the aliases out of the answers of then, so that
// addresses belong to names that were not asked for.
func WithoutAliases(then Reply) Reply {
	return changed(then, func(m *dns.Msg) {
		m.Answer = slices.DeleteFunc(m.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeCNAME })
	})
}
