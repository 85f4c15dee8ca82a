// Package dnstest is a name server on loopback for tests: a real one, over
// UDP and TCP, that answers, fails, lies or keeps silent as a test wants, and
// records every question.
//
// Start at [Start]; a [Zone] says what each name gets.
package dnstest

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Zone maps absolute names in lower case without the final dot to replies;
// "*.ws" stands for every other name under ws, "*" for every other name.
// Without them, other names do not exist.
type Zone map[string]Reply

// Question is what the server was asked.
type Question struct {
	Name    string // in lower case, without the final dot
	Type    string // "A", "AAAA" …
	Network string // "udp" or "tcp"
}

// Server is a running name server. Its methods are safe for concurrent use.
type Server struct {
	Addr netip.AddrPort // the same for UDP and TCP

	zone      Zone
	mu        sync.Mutex
	asked     []Question
	open      map[string]int // questions not yet answered, by name
	most      int            // the most names open at once
	arrivals  chan struct{}  // closed and made anew at each question
	listening [2]*dns.Server
	stop      chan struct{} // closed at the end: replies that wait give up
	running   sync.WaitGroup
}

// Start runs a server for zone until the test ends or Close.
func Start(tb testing.TB, zone Zone) *Server {
	tb.Helper()
	s, err := Listen("127.0.0.1", zone)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// Listen runs a server for zone on a free port of ip until Close.
func Listen(ip string, zone Zone) (*Server, error) {
	udp, tcp, err := listen(ip)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Addr: udp.LocalAddr().(*net.UDPAddr).AddrPort(),
		zone: zone,
		open: map[string]int{}, arrivals: make(chan struct{}), stop: make(chan struct{}),
	}
	var ready sync.WaitGroup
	for i, d := range []*dns.Server{{PacketConn: udp}, {Listener: tcp}} {
		s.listening[i] = d
		d.Handler = s
		ready.Add(1)
		d.NotifyStartedFunc = ready.Done
		s.running.Go(func() { d.ActivateAndServe() })
	}
	ready.Wait()
	return s, nil
}

// listen finds a port that is free for UDP and for TCP.
func listen(ip string) (udp net.PacketConn, tcp net.Listener, err error) {
	for range 20 {
		if udp, err = net.ListenPacket("udp", net.JoinHostPort(ip, "0")); err != nil {
			return nil, nil, err
		}
		if tcp, err = net.Listen("tcp", udp.LocalAddr().String()); err == nil {
			return udp, tcp, nil
		}
		udp.Close()
	}
	return nil, nil, fmt.Errorf("no port free for UDP and TCP: %w", err)
}

// Close stops the server and waits for its goroutines. It may be called more than
// once.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
	s.mu.Unlock()
	for _, d := range s.listening {
		d.Shutdown() // an error says that it was down already
	}
	s.running.Wait()
}

// ServeDNS answers one question; it is for package dns to call.
func (s *Server) ServeDNS(w dns.ResponseWriter, m *dns.Msg) {
	q := Question{
		Name:    strings.ToLower(strings.TrimSuffix(m.Question[0].Name, ".")),
		Type:    dns.TypeToString[m.Question[0].Qtype],
		Network: w.RemoteAddr().Network(),
	}
	s.enter(q)
	leave := sync.OnceFunc(func() { s.leave(q.Name) })
	defer leave()
	s.reply(q.Name)(&Exchange{Question: q, Msg: m, w: w, leave: leave, stop: s.stop})
}

func (s *Server) reply(name string) Reply {
	if r, ok := s.zone[name]; ok {
		return r
	}
	for parent := name; parent != ""; {
		_, parent, _ = strings.Cut(parent, ".")
		if r, ok := s.zone[strings.TrimSuffix("*."+parent, ".")]; ok {
			return r
		}
	}
	return Code(dns.RcodeNameError)
}

func (s *Server) enter(q Question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
	s.open[q.Name]++
	s.most = max(s.most, len(s.open))
	close(s.arrivals)
	s.arrivals = make(chan struct{})
}

func (s *Server) leave(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[name]--; s.open[name] == 0 {
		delete(s.open, name)
	}
}

// Asked returns the questions so far, in order of arrival.
func (s *Server) Asked() []Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Open returns the names that wait for an answer, sorted.
func (s *Server) Open() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.open))
}

// MostOpen returns the largest number of different names that waited for an
// answer at the same time.
func (s *Server) MostOpen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// AwaitOpen waits until n names wait for an answer at the same time. It
// returns false when the server closes first.
func (s *Server) AwaitOpen(n int) bool {
	return s.await(func() bool { return len(s.open) >= n })
}

// Await waits until name has been asked for. It returns false when the server
// closes first.
func (s *Server) Await(name string) bool {
	return s.await(func() bool {
		return slices.ContainsFunc(s.asked, func(q Question) bool { return q.Name == name })
	})
}

func (s *Server) await(done func() bool) bool {
	for {
		s.mu.Lock()
		yes, next := done(), s.arrivals
		s.mu.Unlock()
		if yes {
			return true
		}
		select {
		case <-next:
		case <-s.stop:
			return false
		}
	}
}
