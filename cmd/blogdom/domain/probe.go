package domain

import (
	"context"
	"errors"
	"iter"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// What a zero [Prober] uses.
const (
	// DefaultTimeout leaves time for two tries of five seconds, the usual
	// patience with a server that lost a datagram (resolv.conf(5)).
	DefaultTimeout     = 10 * time.Second
	DefaultConcurrency = 20
)

// Prober asks name servers. Its zero value is ready to use; it has no state
// of its own, and its methods may be called from many goroutines at once.
type Prober struct {
	// Server is the name server to ask; the zero value means those of the
	// system (/etc/resolv.conf). The system's hosts file comes first in
	// either case.
	Server netip.AddrPort
	// Timeout bounds one probe, all its tries together. 0 means
	// DefaultTimeout. Tries before that are resolv.conf's affair, also
	// with Server: by default two, of five seconds each.
	Timeout time.Duration
	// Concurrency is how many domains ProbeAll has under way at most; 0
	// means DefaultConcurrency. A probe is two questions at the same time,
	// one for IPv4 and one for IPv6 addresses.
	Concurrency int
}

// Result is what became of one domain.
type Result struct {
	Domain string // as the caller gave it
	ASCII  string // as the server was asked; "" if Domain is no domain name
	// Exists says that the name is in the DNS: with addresses, or with
	// something else, be it only names below it. False is an answer only
	// where Err is nil.
	Exists bool
	// Addrs are the domain's addresses, IPv4 first; none if there are none
	// or Err is set.
	Addrs   []netip.Addr
	Err     error // nil or an *Error
	Elapsed time.Duration
}

// Found reports whether the domain has an address. If not, Exists tells a name
// without one from a name that nobody has, and Err a domain of which neither is
// known.
func (r Result) Found() bool { return len(r.Addrs) > 0 }

// Probe asks whether domain has an address, and returns when all that it
// started has ended. The name is taken as absolute: search domains of the
// system are not tried. An address is enough: a failure on the IPv6 side
// does not count where there is an IPv4 address, nor the other way round.
// When ctx ends first, the cause is in Result.Err.
func (p Prober) Probe(ctx context.Context, domain string) Result {
	start := time.Now()
	r := Result{Domain: domain}
	if r.ASCII, r.Err = ToASCII(domain); r.Err == nil {
		a, err := p.lookup(ctx, r.ASCII)
		if r.Exists, r.Addrs = a.exists, a.addrs; err != nil {
			r.Err = &Error{Domain: domain, Reason: reason(err), Err: err}
		}
	}
	r.Elapsed = time.Since(start)
	return r
}

// ProbeAll probes domains, at most p.Concurrency at a time, and yields each
// result as it comes, in no order. It takes no more from domains than it has
// room for, so that the sequence may be endless and memory stays flat.
//
// When ctx ends, so does the sequence: what was answered is still yielded,
// what was under way is not. A caller that breaks out of the loop cancels the
// rest. Either way nothing is left running: the loop ends only after every
// probe has, and after domains has returned. A domains that may block, on a
// terminal say, is to watch ctx itself; it runs in a goroutine of its own.
func (p Prober) ProbeAll(ctx context.Context, domains iter.Seq[string]) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		ctx, cancel := context.WithCancel(ctx)
		results := make(chan Result)
		go p.probeEach(ctx, domains, results)
		defer func() {
			cancel()
			for range results {
			}
		}()
		for r := range results {
			if !yield(r) {
				return
			}
		}
	}
}

// probeEach starts a probe for each domain as soon as there is a slot, and
// closes results after the last. A slot stays taken until its result is: a
// caller who is slow to take results holds up new probes instead of piling up
// old ones. Results are always taken, if only by the draining in ProbeAll.
func (p Prober) probeEach(ctx context.Context, domains iter.Seq[string], results chan<- Result) {
	defer close(results)
	var probes sync.WaitGroup
	defer probes.Wait()
	slots := semaphore.NewWeighted(int64(p.concurrency()))
	for domain := range domains {
		if slots.Acquire(ctx, 1) != nil {
			return
		}
		probes.Go(func() {
			defer slots.Release(1)
			if r := p.Probe(ctx, domain); !interrupted(ctx, r.Err) {
				results <- r
			}
		})
	}
}

// interrupted reports whether err is no answer, only the end of ctx.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Cause(ctx))
}

func (p Prober) concurrency() int {
	if p.Concurrency <= 0 {
		return DefaultConcurrency
	}
	return p.Concurrency
}

func (p Prober) timeout() time.Duration {
	if p.Timeout <= 0 {
		return DefaultTimeout
	}
	return p.Timeout
}
