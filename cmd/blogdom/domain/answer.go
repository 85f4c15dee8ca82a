package domain

import (
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// answer is what a server says about a name.
type answer struct {
	exists bool // with or without addresses of the type asked for
	addrs  []netip.Addr
}

// Reasons why a reply is not an answer.
var (
	errServerFailure = errors.New("server failure")
	errRefused       = errors.New("refused by the server")
	errLame          = errors.New("lame referral")
)

// answerTo returns what a reply says about name. An alias exists even if its
// target does not: the response code is that of the last name (RFC 2308, section
// 2.1; RFC 6604, section 3).
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

// follow goes from alias to alias within the reply. Aliases may form a circle, so
// it takes at most as many steps as there are aliases.
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

// isRenamed reports whether name is below a DNAME. Servers make an alias for any
// name there, so the alias does not show that this one exists.
func (r *reply) isRenamed(name string) bool {
	for _, owner := range r.renamed {
		if owner == "" || strings.HasSuffix(name, "."+owner) {
			return true
		}
	}
	return false
}

// isReferral reports whether a reply without an answer sends the client to other
// servers, or to none, instead of saying that there are no records (RFC 2308,
// section 2.2).
func (r *reply) isReferral() bool {
	return !r.Authoritative && !r.hasSOA && (r.hasNS || !r.RecursionAvailable)
}
