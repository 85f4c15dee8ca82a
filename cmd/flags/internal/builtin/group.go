package builtin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"getflags/flags/flagserver"
)

// A Group is servers that run until all of them are stopped.
type Group struct{ members []*Member }

// A Member is one server of a [Group].
type Member struct {
	Label     string // such as LOCAL
	Port      int
	Handler   *flagserver.Handler
	listeners []net.Listener
}

// A ListenError is the port of a [Member] that cannot be listened on.
type ListenError struct {
	Member *Member
	Err    error
}

func (e *ListenError) Error() string { return fmt.Sprintf("%s: %v", e.Member.Label, e.Err) }
func (e *ListenError) Unwrap() error { return e.Err }

// Open opens the ports of all members on a host, or none of them: see
// [flagserver.Listen]. Its error is a [*ListenError]. The caller calls Serve, or
// Close.
func Open(host string, members ...*Member) (*Group, error) {
	g := &Group{}
	for _, m := range members {
		var err error
		if m.listeners, err = flagserver.Listen(host, m.Port); err != nil {
			g.Close()
			return nil, &ListenError{m, err}
		}
		g.members = append(g.members, m)
	}
	return g, nil
}

// Close closes the ports of a group that does not serve.
func (g *Group) Close() {
	for _, m := range g.members {
		CloseAll(m.listeners)
	}
}

// CloseAll closes listeners.
func CloseAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// Serve serves until ctx ends, which is how serving is meant to end, or one of
// the servers fails; then all have ended.
func (g *Group) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(g.members))
	var serving sync.WaitGroup
	for i, m := range g.members {
		serving.Go(func() {
			defer cancel()
			errs[i] = flagserver.Serve(ctx, m.Handler, m.listeners...)
		})
	}
	serving.Wait()
	return errors.Join(errs...)
}
