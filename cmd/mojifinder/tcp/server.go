package tcp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"getflags/cmd/mojifinder/charindex"
	"getflags/internal/wait"
)

// Limits bound what clients can take of the server. All must be positive.
type Limits struct {
	Clients int // connected at once; further ones are told so and closed
	Line    int // bytes in a query; longer ones are refused

	Idle  time.Duration // how long the client may take for one line
	Write time.Duration // how long it may take for each 4 KiB of an answer
	Grace time.Duration // how long answers may go on once the server stops
}

// DefaultLimits suit a small machine: the clients together cost it some 32 MB
// at most.
func DefaultLimits() Limits {
	return Limits{Clients: 1024, Line: 1024, Idle: 5 * time.Minute, Write: 10 * time.Second, Grace: 10 * time.Second}
}

// Server answers queries from Index, and writes a line to Log for each query
// and the number of characters found, and for each client that leaves. All
// fields must be set. One Server may serve several listeners.
type Server struct {
	Index *charindex.Index
	Log   *slog.Logger
	Limits
}

// busyTimeout bounds the one line for a client too many. It is written where
// clients are accepted, into the empty buffer of a new connection.
const busyTimeout = time.Second

// Serve serves the clients that l accepts, each in a goroutine of its own,
// until ctx is done. Then it closes l, lets answers that are on their way
// arrive, says goodbye, and returns nil when the last client is gone. Clients
// that take longer than Grace are cut off, and the error says how many.
// Other errors are those of l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	run := &run{Server: s, slots: make(chan struct{}, s.Clients)}
	run.cutting, run.cut = context.WithCancel(context.WithoutCancel(ctx))
	defer run.cut()
	err := run.accept(ctx, l)
	stop()
	s.Log.Info("stopping", "clients", len(run.slots), "grace", s.Grace)
	return errors.Join(err, run.drain())
}

// run is one call of Serve.
type run struct {
	*Server
	slots    chan struct{} // one taken by each client
	sessions sync.WaitGroup
	cutting  context.Context // done when the grace is over
	cut      context.CancelFunc
	cuts     atomic.Int64 // sessions ended by it
}

// accept starts a session for each client. A passing failure, such as too many
// open files, is waited out, as long as l is not closed, and logged when it
// begins and when it is over.
func (r *run) accept(ctx context.Context, l net.Listener) error {
	for failures := 0; ; {
		conn, err := l.Accept()
		switch {
		case err == nil:
			if failures > 0 {
				r.Log.Info("accepting clients again", "failures", failures)
				failures = 0
			}
			r.admit(ctx, conn)
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accepting clients: %w", err)
		default:
			if failures++; failures == 1 {
				r.Log.Error("accepting clients, trying again", "error", err)
			}
			wait.For(ctx, 100*time.Millisecond)
		}
	}
}

// admit starts a session if there is room, and refuses the client if not.
func (r *run) admit(ctx context.Context, conn net.Conn) {
	select {
	case r.slots <- struct{}{}:
	default:
		r.Log.Warn("refused", "client", conn.RemoteAddr(), "reason", "too many clients", "cap", r.Clients)
		conn.SetWriteDeadline(time.Now().Add(busyTimeout))
		fmt.Fprintf(conn, "too many clients (%d), try again later\r\n", r.Clients)
		conn.Close()
		return
	}
	r.sessions.Go(func() {
		defer func() { <-r.slots }()
		r.session(ctx, conn)
	})
}

// session serves one client to the end.
func (r *run) session(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	defer context.AfterFunc(r.cutting, func() { conn.Close() })()
	// Whoever is being waited for is waited for no longer.
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
	s := newSession(r.Server, conn)
	err := s.serve(ctx)
	if r.cutting.Err() != nil {
		r.cuts.Add(1)
		err = errCut
	}
	s.log.Info("closed", "reason", err)
}

// drain waits for all sessions, and for those that outlast Grace makes an end.
func (r *run) drain() error {
	timer := time.AfterFunc(r.Grace, r.cut)
	defer timer.Stop()
	r.sessions.Wait()
	if n := r.cuts.Load(); n > 0 {
		return fmt.Errorf("cut off %d of the clients, their answers not taken %v after the stop", n, r.Grace)
	}
	return nil
}
