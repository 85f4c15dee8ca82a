package domain

import (
	"testing"

	"github.com/miekg/dns"
	"golang.org/x/net/dns/dnsmessage"
)

// FuzzReply gives the parser answers that are cut, garbled and made up: it
// never fails otherwise than with an error, and what it makes of one that is
// whole, another parser finds in it, too.
func FuzzReply(f *testing.F) {
	q := question{"with.dev", dnsmessage.TypeA}
	m := new(dns.Msg).SetQuestion("with.dev.", dns.TypeA)
	m.Response, m.Id = true, 7
	for _, text := range []string{"with.dev. 60 IN CNAME a.dev.", "a.dev. 60 IN A 192.0.2.1", "dev. 60 IN DNAME x.", "with.dev. 60 IN TXT x"} {
		rr, err := dns.NewRR(text)
		if err != nil {
			f.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	m.SetEdns0(1232, false)
	data, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:40])
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := q.parse(7, data)
		if err != nil {
			return
		}
		a, err := r.answerTo(q.name)
		if err != nil || len(a.addrs) == 0 {
			return
		}
		var other dns.Msg
		if other.Unpack(data) == nil && !r.misplaced && len(other.Answer) < len(a.addrs) {
			t.Errorf("%d addresses of %v", len(a.addrs), &other)
		}
	})
}
