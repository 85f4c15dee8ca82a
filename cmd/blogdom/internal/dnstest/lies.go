package dnstest

import (
	"github.com/miekg/dns"
)

// lie answers with an address after change has spoiled the answer.
func lie(change func(*dns.Msg)) Reply {
	return func(x *Exchange) {
		m := x.withAddresses(x.answer(), []string{"192.0.2.66", "2001:db8::66"})
		change(m)
		x.Send(m)
	}
}

// WrongID answers with the ID of another query.
func WrongID(x *Exchange) { lie(func(m *dns.Msg) { m.Id++ })(x) }

// WrongName answers a question for another name.
func WrongName(x *Exchange) {
	lie(func(m *dns.Msg) {
		m.Question[0].Name = "evil.example."
		m.Answer[0].Header().Name = "evil.example."
	})(x)
}

// NoQuestion answers without saying what was asked.
func NoQuestion(x *Exchange) { lie(func(m *dns.Msg) { m.Question = nil })(x) }

// Echo sends the question back as it came.
func Echo(x *Exchange) { x.Send(x.Msg) }

// Garbage answers with bytes that are not a DNS message.
func Garbage(x *Exchange) { x.SendBytes([]byte("<html>It works!</html>")) }

// CutShort answers with a message that ends in the middle of its address.
func CutShort(x *Exchange) {
	lie := x.withAddresses(x.answer(), []string{"192.0.2.66", "2001:db8::66"})
	b, err := lie.Pack()
	if err != nil {
		panic(err) // the message above is always valid
	}
	x.SendBytes(b[:len(b)-2])
}

// Loop answers that the name is an alias of an alias of itself.
func Loop(x *Exchange) {
	m := x.answer()
	name := x.Msg.Question[0].Name
	other := "loop." + name
	alias := func(from, to string) dns.RR {
		h := dns.RR_Header{Name: from, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 60}
		return &dns.CNAME{Hdr: h, Target: to}
	}
	m.Answer = []dns.RR{alias(name, other), alias(other, name)}
	x.Send(m)
}

// Lame answers with no records at all, as a server does that neither knows the
// name nor resolves it.
func Lame(x *Exchange) { x.Send(new(dns.Msg).SetReply(x.Msg)) }

// AfterLies sends false answers first and then the true one, as an attacker
// who races the server does.
func AfterLies(then Reply) Reply {
	return func(x *Exchange) {
		for _, spoil := range []Reply{Garbage, WrongID, WrongName, NoQuestion, Echo} {
			c := *x
			c.Msg = x.Msg.Copy()
			c.leave = func() {}
			spoil(&c)
		}
		then(x)
	}
}
