package tcp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"
)

const (
	prompt  = "?> "
	newline = "\r\n"
)

// Why sessions end, beside errors of the connection.
var (
	errStopping = errors.New("the server is shutting down")
	errIdle     = errors.New("no query for too long")
	errCut      = errors.New("cut off")
)

// session is a conversation with one client.
type session struct {
	*Server
	conn net.Conn
	in   *lines
	out  *bufio.Writer // over the session itself: see Write
	log  *slog.Logger
}

func newSession(server *Server, conn net.Conn) *session {
	s := &session{Server: server, conn: conn, in: newLines(conn, server.Line)}
	s.out = bufio.NewWriter(s)
	s.log = server.Log.With("client", conn.RemoteAddr())
	return s
}

// serve answers queries until there is a reason not to, which it returns.
func (s *session) serve(ctx context.Context) error {
	for {
		if err := s.send(prompt); err != nil {
			return err
		}
		query, err := s.query(ctx)
		query = strings.TrimSpace(query)
		var long tooLong
		switch {
		case errors.As(err, &long):
			err = s.send(err.Error() + newline)
		case err != nil:
			return s.farewell(err)
		case query != "":
			err = s.answer(query)
		}
		if err != nil {
			return err
		}
	}
}

// query reads the next query. Idle counts from prompt to newline, so that a
// client cannot stay by sending a byte now and then.
func (s *session) query(ctx context.Context) (string, error) {
	s.conn.SetReadDeadline(time.Now().Add(s.Idle))
	// Looked at after the deadline is set: if ctx ends from here on, its
	// deadline in the past comes later than this one.
	if ctx.Err() != nil {
		return "", errStopping
	}
	query, err := s.in.next()
	switch {
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return query, err
	case ctx.Err() != nil:
		return "", errStopping
	}
	return "", errIdle
}

func (s *session) answer(query string) error {
	found := s.Index.Search(query)
	err := found.Report(s.out, newline)
	if err == nil {
		err = s.out.Flush()
	}
	attrs := []any{"query", query, "found", found.Len()}
	if err != nil {
		attrs = append(attrs, "error", err)
	}
	s.log.Info("query", attrs...)
	return err
}

// farewell tells the client why the session ends, where it cannot know.
func (s *session) farewell(reason error) error {
	switch {
	case errors.Is(reason, errStopping), errors.Is(reason, errIdle):
		s.send(fmt.Sprintf("%s%v: closing%s", newline, reason, newline))
	case errors.Is(reason, io.EOF):
		return errors.New("end of file")
	}
	return reason
}

func (s *session) send(text string) error {
	s.out.WriteString(text)
	return s.out.Flush()
}

// Write gives each piece of an answer its own time to be taken.
func (s *session) Write(p []byte) (int, error) {
	s.conn.SetWriteDeadline(time.Now().Add(s.Limits.Write))
	return s.conn.Write(p)
}
