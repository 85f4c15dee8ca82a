package dnstest

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// Reply answers a question, or leaves it unanswered.
type Reply func(*Exchange)

// Exchange is one question and the way to answer it.
type Exchange struct {
	Question
	Msg *dns.Msg

	w     dns.ResponseWriter
	leave func()
	stop  <-chan struct{}
}

// Stopping is closed when the server is about to end.
func (x *Exchange) Stopping() <-chan struct{} { return x.stop }

// answer is an empty positive answer of a recursive server.
func (x *Exchange) answer() *dns.Msg {
	m := new(dns.Msg).SetReply(x.Msg)
	m.RecursionAvailable = true
	return m
}

// Send answers with m. The question counts as answered from just before, so
// that an asker who has the answer and asks on is not counted twice.
func (x *Exchange) Send(m *dns.Msg) {
	x.leave()
	x.w.WriteMsg(m) // an asker that has gone is its own affair
}

// SendBytes answers with whatever b is.
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
