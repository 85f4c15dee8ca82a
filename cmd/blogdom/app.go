package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/internal/command"
	"getflags/cmd/internal/openfiles"
)

const description = `Without words, blogdom probes the keywords of Python of at most four letters.
A word stands for the name WORD.dev (see --tld); a word with a dot in it is a
whole name by itself. A name that has an address is found:

   + with.dev            found
   · none.dev            taken, but without an address
     elif.dev            not found
   ? pass.dev: timeout   not known

Where a name exists, one that nobody has is asked for under the same top-level
domain, in the end: if that exists, too, a note says that all do.

The exit code is 0 if every name was answered, 1 if any was not, 2 for a
mistake in the command line, 129, 130 or 143 if interrupted, and 141 if nobody
reads what it prints.`

// options are the checked options and arguments of the command line.
type options struct {
	tld       string
	maxLen    *command.Int
	filter    bool // apply maxLen to the user's own words too
	wordsFile string
	args      []string
	cap       *command.Int
	timeout   *command.Seconds
	resolver  string
	server    netip.AddrPort // of resolver
	format    func(out, errs io.Writer) printer
}

func newApp() *cli.App {
	o := &options{
		maxLen:  &command.Int{N: 4, Min: 1, Max: 63},
		cap:     &command.Int{N: domain.DefaultConcurrency, Min: 1, Max: 1000},
		timeout: &command.Seconds{D: domain.DefaultTimeout, Min: time.Millisecond},
	}
	return &cli.App{
		Name:        "blogdom",
		Usage:       "find out which names are taken, all at once",
		ArgsUsage:   "[WORD ...]",
		Description: description,
		Version:     command.Version,
		Flags:       o.flags(),
		Action: func(c *cli.Context) error {
			if err := o.read(c); err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

func (o *options) flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "tld", Value: "dev", Destination: &o.tld, Usage: "put the words under `DOMAIN`, such as dev or co.uk"},
		&cli.GenericFlag{Name: "max-len", Value: o.maxLen, Usage: "leave out longer words than `N` letters; words you give are left out only if you say --max-len"},
		&cli.StringFlag{Name: "words", Destination: &o.wordsFile, Usage: "read words from `FILE`, one a line, or from standard input for -"},
		&cli.GenericFlag{Name: "max-req", Aliases: []string{"m", "max_req"}, Value: o.cap, Usage: "probe at most `N` names at the same time"},
		&cli.GenericFlag{Name: "timeout", Value: o.timeout, Usage: "give up on a name after `SECONDS`, or a duration such as 500ms"},
		&cli.StringFlag{Name: "resolver", Destination: &o.resolver, Usage: "ask the name server at `HOST[:PORT]`, [IPv6]:PORT"},
		&cli.BoolFlag{Name: "json", Usage: "print a JSON object per name, and a last one that sums up", DisableDefaultText: true},
		&cli.BoolFlag{Name: "columns", Usage: "print a table, found and not found", DisableDefaultText: true},
	}
}

// read reads the command line and returns a usage error if it makes no sense.
func (o *options) read(c *cli.Context) error {
	o.filter = c.IsSet("max-len")
	o.args = c.Args().Slice()
	switch {
	case c.Bool("json") && c.Bool("columns"):
		return command.Usagef("--json and --columns exclude each other")
	case c.Bool("json"):
		o.format = newJSON
	case c.Bool("columns"):
		o.format = newColumns
	default:
		o.format = newLines
	}
	if o.wordsFile == "" && c.IsSet("words") {
		return command.Usagef("option --words needs a file, or - for standard input")
	}
	return o.readNames(c.Context, c.IsSet("resolver"))
}

// readNames checks everything that names a host: the top-level domain, the
// words and the resolver.
func (o *options) readNames(ctx context.Context, asked bool) (err error) {
	if o.tld, err = topLevel(o.tld); err != nil {
		return command.Usagef("option --tld: %w", err)
	}
	for _, word := range o.args {
		if _, err := domain.ToASCII(under(o.tld, word)); err != nil {
			return command.Usagef("word %q makes no domain name: %w; use letters, digits, and hyphens between them", word, err)
		}
	}
	if asked {
		o.server, err = nameServer(ctx, o.resolver)
	}
	return err
}

// run probes the words and prints the result of each.
func (o *options) run(c *cli.Context) error {
	// Leaving the loop would not wake a reader of standard input; cancelling
	// its context does.
	ctx, cancel := context.WithCancel(c.Context)
	defer cancel()
	source := newSource(o, c.App.Reader)
	report := newReport(o.format(c.App.Writer, c.App.ErrWriter), o.tld)
	prober := domain.Prober{Server: o.server, Timeout: o.timeout.D, Concurrency: o.fitOpenFiles(c)}
	for r := range prober.ProbeAll(ctx, source.names(ctx)) {
		if err := report.add(r); err != nil {
			cancel()
			return err
		}
	}
	report.findWildcards(ctx, prober)
	return report.close(context.Cause(c.Context), source)
}

// fitOpenFiles returns how many names to probe at once. Each name needs two
// sockets, so the limit of open files may lower the number; if so, a note says it.
func (o *options) fitOpenFiles(c *cli.Context) int {
	n, limit := openfiles.Fit(o.cap.N, 2, 16)
	if limit > 0 {
		fmt.Fprintf(c.App.ErrWriter, "%s: limit of %d open files: at most %d names at the same time; ulimit -n raises it\n", c.App.Name, limit, n)
	}
	return n
}
