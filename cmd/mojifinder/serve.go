package main

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/cmd/internal/openfiles"
	"getflags/cmd/mojifinder/charindex"
	"getflags/cmd/mojifinder/tcp"
	"getflags/cmd/mojifinder/web"
	"getflags/internal/visible"
)

func webCommand() *cli.Command {
	limits := web.DefaultLimits()
	clients := &command.Int{N: limits.Clients, Min: 1, Max: 100_000}
	return &cli.Command{
		Name:  "web",
		Usage: "serve a search page and a JSON API over HTTP, until interrupted",
		Description: "GET /search?q=cat+face answers with JSON, / is a page that searches as you\n" +
			"type, /docs is about the API. Answers under way are finished before it ends.",
		Flags: []cli.Flag{
			addrFlag("127.0.0.1:8010"),
			&cli.GenericFlag{Name: "clients", Value: clients, Usage: "serve at most `N` connections at once; further ones wait"},
		},
		Action: func(c *cli.Context) error {
			l, err := listen(c)
			if err != nil {
				return err
			}
			limits.Clients = fitOpenFiles(c, clients.N)
			logger := log.New(visible.Writer(c.App.ErrWriter), "mojifinder: ", 0)
			server := &web.Server{Index: charindex.New(), Log: logger, Limits: limits}
			if err := announce(c, "http://"+l.Addr().String()+"/"); err != nil {
				return errors.Join(err, l.Close())
			}
			return server.Serve(c.Context, l)
		},
	}
}

func tcpCommand() *cli.Command {
	limits := tcp.DefaultLimits()
	clients := &command.Int{N: limits.Clients, Min: 1, Max: 100_000}
	idle := &command.Seconds{D: limits.Idle, Min: time.Millisecond}
	return &cli.Command{
		Name:  "tcp",
		Usage: "serve a prompt to telnet and nc, until interrupted",
		Description: "A line is a query; end of file or a control character, such as Ctrl-C in\n" +
			"telnet, ends the session. Queries are logged on standard error.",
		Flags: []cli.Flag{
			addrFlag("127.0.0.1:2323"),
			&cli.GenericFlag{Name: "clients", Value: clients, Usage: "serve at most `N` clients at once; further ones are refused"},
			&cli.GenericFlag{Name: "idle", Value: idle, Usage: "close a session after `SECONDS` without a query, or a duration such as 5m"},
		},
		Action: func(c *cli.Context) error {
			l, err := listen(c)
			if err != nil {
				return err
			}
			limits.Clients, limits.Idle = fitOpenFiles(c, clients.N), idle.D
			logger := slog.New(slog.NewTextHandler(visible.Writer(c.App.ErrWriter), nil))
			server := &tcp.Server{Index: charindex.New(), Log: logger, Limits: limits}
			if err := announce(c, l.Addr().String()); err != nil {
				return errors.Join(err, l.Close())
			}
			return server.Serve(c.Context, l)
		},
	}
}

// fitOpenFiles is how many clients there can be at once, as many as wanted or as
// there may be files open, and says so in that case. One more could not even be
// told that there are too many.
func fitOpenFiles(c *cli.Context, wanted int) int {
	n, limit := openfiles.Fit(wanted, 1, 16)
	if limit > 0 {
		fmt.Fprintf(c.App.ErrWriter, "%s: limit of %d open files: at most %d clients at once; ulimit -n raises it\n", c.App.Name, limit, n)
	}
	return n
}

func addrFlag(addr string) cli.Flag {
	return &cli.StringFlag{Name: "addr", Value: addr, Usage: "listen at `HOST:PORT`; port 0 takes any that is free"}
}

// listen binds the address that the command line says, and refuses a command
// line with words: they may be meant to be searched for.
func listen(c *cli.Context) (net.Listener, error) {
	name, addr := c.Command.Name, c.String("addr")
	if c.NArg() > 0 {
		return nil, command.Usagef("%s is a command that takes no words; to search for the word: mojifinder -- %[1]s %s", name, c.Args().First())
	}
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return nil, command.Usagef("option --addr: %w; want HOST:PORT, such as 127.0.0.1:8010", err)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w; another address can be given with --addr", err)
	}
	return l, nil
}

// announce says where the server is, once it is ready. Who cannot be told is
// not served: a script would wait for ever.
func announce(c *cli.Context, where string) error {
	_, err := fmt.Fprintf(c.App.Writer, "Serving on %s with the names of Unicode %s. Ctrl-C stops.\n", where, charindex.UnicodeVersion)
	return err
}
