package domain

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// maxDatagram is the longest answer that servers are told to send over UDP: it
// passes everywhere unfragmented (DNS Flag Day 2020).
const maxDatagram = 1232

// badVersion is the extended response code to an EDNS version that the server
// does not know (RFC 6891, section 9).
const badVersion dnsmessage.RCode = 16

// question is one of a probe's two.
type question struct {
	name string // absolute, in lower case, without the final dot
	kind dnsmessage.Type
}

// pack makes a query of it, with EDNS's OPT record or without.
func (q question) pack(edns bool) (id uint16, query []byte, err error) {
	name, err := dnsmessage.NewName(q.name + ".")
	if err != nil {
		return 0, nil, err
	}
	id = uint16(rand.Uint32())
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: name, Type: q.kind, Class: dnsmessage.ClassINET}},
	}
	if edns {
		var h dnsmessage.ResourceHeader
		if err := h.SetEDNS0(maxDatagram, dnsmessage.RCodeSuccess, false); err != nil {
			return 0, nil, err
		}
		m.Additionals = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.OPTResource{}}}
	}
	query, err = m.Pack()
	return id, query, err
}

// reply is what is of use in an answer. Names are in lower case, without the
// final dot.
type reply struct {
	dnsmessage.Header
	code    dnsmessage.RCode // with EDNS's upper bits
	addrs   map[string][]netip.Addr
	aliases map[string]string // CNAME
	renamed []string          // owners of a DNAME
	hasSOA  bool              // behind the answers: a NODATA, or an NXDOMAIN
	hasNS   bool              // there: perhaps a referral

	misplaced bool // an OPT record among the answers
}

var (
	// errForeign is a message that is no answer to the question. Over UDP
	// anybody can send one.
	errForeign   = errors.New("an answer to another question")
	errMalformed = errors.New("malformed answer")
)

// parse reads an answer to q. Its error is errForeign or errMalformed.
func (q question) parse(id uint16, data []byte) (*reply, error) {
	var p dnsmessage.Parser
	h, err := p.Start(data)
	if err != nil || h.ID != id || !h.Response {
		return nil, errForeign
	}
	asked, err := p.AllQuestions()
	switch {
	case err != nil:
		return nil, errMalformed
	case len(asked) == 0 && refusesFormat(h.RCode): // it may not have read the question
		return &reply{Header: h, code: h.RCode}, nil
	case len(asked) != 1 || lower(asked[0].Name) != q.name || asked[0].Type != q.kind || asked[0].Class != dnsmessage.ClassINET:
		return nil, errForeign
	}
	r := &reply{Header: h, code: h.RCode, addrs: map[string][]netip.Addr{}, aliases: map[string]string{}}
	if h.Truncated { // the rest may end anywhere; it is asked for again
		return r, nil
	}
	if !r.read(&p) {
		return nil, errMalformed
	}
	return r, nil
}

// lower is a name as a question has it.
func lower(name dnsmessage.Name) string {
	return strings.ToLower(strings.TrimSuffix(name.String(), "."))
}

// section is one of the three that records stand in.
type section struct {
	next func() (dnsmessage.ResourceHeader, error)
	skip func() error
}

// read takes from all records what is of use, and reports whether they are
// well-formed.
func (r *reply) read(p *dnsmessage.Parser) bool {
	for i, s := range []section{
		{p.AnswerHeader, p.SkipAnswer}, {p.AuthorityHeader, p.SkipAuthority}, {p.AdditionalHeader, p.SkipAdditional},
	} {
		// A server that puts OPT first, where it has no place, but counts
		// right, has moved its last answer into the section behind.
		if !r.readSection(p, s, i == 0, i > 0 && r.misplaced) {
			return false
		}
	}
	return true
}

func (r *reply) readSection(p *dnsmessage.Parser, s section, answers, strays bool) bool {
	for {
		h, err := s.next()
		if err != nil {
			return errors.Is(err, dnsmessage.ErrSectionDone)
		}
		r.note(h, answers)
		taken := false
		if (answers || strays) && h.Class == dnsmessage.ClassINET {
			taken, err = r.take(p, h)
		}
		if !taken {
			err = s.skip()
		}
		if err != nil {
			return false
		}
	}
}

// note keeps what a record's header says by itself: upper bits of the response
// code, in an OPT record in whatever section, and what kind of denial it is.
func (r *reply) note(h dnsmessage.ResourceHeader, answers bool) {
	switch {
	case h.Type == dnsmessage.TypeOPT:
		r.code = h.ExtendedRCode(r.RCode)
		r.misplaced = r.misplaced || answers
	case answers:
	case h.Type == dnsmessage.TypeSOA:
		r.hasSOA = true
	case h.Type == dnsmessage.TypeNS:
		r.hasNS = true
	}
}

// dname is the type of a record that renames all names below its owner
// (RFC 6672).
const dname dnsmessage.Type = 39

// take keeps a record, if it is of a kind that answers.
func (r *reply) take(p *dnsmessage.Parser, h dnsmessage.ResourceHeader) (taken bool, err error) {
	owner := lower(h.Name)
	switch h.Type {
	case dnsmessage.TypeA:
		a, err := p.AResource()
		r.addrs[owner] = append(r.addrs[owner], netip.AddrFrom4(a.A))
		return true, err
	case dnsmessage.TypeAAAA:
		a, err := p.AAAAResource()
		r.addrs[owner] = append(r.addrs[owner], netip.AddrFrom16(a.AAAA).Unmap())
		return true, err
	case dnsmessage.TypeCNAME:
		a, err := p.CNAMEResource()
		r.aliases[owner] = lower(a.CNAME)
		return true, err
	case dname:
		r.renamed = append(r.renamed, owner)
	}
	return false, nil
}

// refusesEDNS reports whether the server is to be asked again without OPT
// (RFC 6891, section 7).
func (r *reply) refusesEDNS() bool { return refusesFormat(r.code) || r.code == badVersion }

func refusesFormat(code dnsmessage.RCode) bool {
	return code == dnsmessage.RCodeFormatError || code == dnsmessage.RCodeNotImplemented
}
