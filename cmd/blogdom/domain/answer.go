package domain

import (
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// answer is what a server says of a name.
type answer struct {
	exists bool // with addresses of the kind asked for, or without
	addrs  []netip.Addr
}

// Why a reply is no answer.
var (
	errServerFailure = errors.New("server failure")
	errRefused       = errors.New("refused by the server")
	errLame          = errors.New("lame referral")
)

// answerTo tells what a reply says of name. A name that is an alias exists,
// also where what it leads to does not: the response code is that of the last
// name (RFC 2308, section 2.1; RFC 6604, section 3).
func (r *reply) answerTo(name string) (answer, error) {
	switch r.code {
	case dnsmessage.RCodeSuccess, dnsmessage.RCodeNameError:
	case dnsmessage.RCodeServerFailure:
		return answer{}, errServerFailure
	default:
		return answer{}, errRefused
	}
	last, aliased := r.follow(name)
	addrs, denied := r.addrs[last], r.code == dnsmessage.RCodeNameError
	switch {
	case denied && len(addrs) > 0:
		return answer{}, errMalformed
	case denied:
		return answer{exists: aliased && !r.isRenamed(name)}, nil
	case !aliased && len(addrs) == 0 && r.isReferral():
		return answer{}, errLame
	}
	return answer{exists: true, addrs: addrs}, nil
}

// follow goes from alias to alias, as far as the reply has them, and no
// further than there are any: they may go round in a circle.
func (r *reply) follow(name string) (last string, aliased bool) {
	for range r.aliases {
		next, ok := r.aliases[name]
		if !ok {
			break
		}
		name, aliased = next, true
	}
	return name, aliased
}

// isRenamed reports whether name is below a DNAME: an alias is then made for
// any name there, and says nothing about this one.
func (r *reply) isRenamed(name string) bool {
	for _, owner := range r.renamed {
		if owner == "" || strings.HasSuffix(name, "."+owner) {
			return true
		}
	}
	return false
}

// isReferral reports whether a reply without an answer sends the asker on, or
// away, instead of saying that there is none (RFC 2308, section 2.2).
func (r *reply) isReferral() bool {
	return !r.Authoritative && !r.hasSOA && (r.hasNS || !r.RecursionAvailable)
}
