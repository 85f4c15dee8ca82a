package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
)

// download is the default command: its options, and what it does with them.
type download struct {
	selection    flags.Selection
	limit        command.Int
	server       string
	dir          string
	verbose      bool
	quiet        bool
	noMetadata   bool
	saveMetadata bool
	strict       bool
	json         bool
	retryFailed  string
	network      network
}

func newDownload() *download {
	return &download{limit: command.Int{Min: 1}, network: newNetwork()}
}

func (d *download) options() []cli.Flag {
	own := []cli.Flag{
		&cli.BoolFlag{Name: "all", Aliases: []string{"a"}, Destination: &d.selection.All,
			Usage: "get all 194 available flags, AD to ZW"},
		&cli.BoolFlag{Name: "every", Aliases: []string{"e"}, Destination: &d.selection.Every,
			Usage: "ask for every possible code, AA to ZZ"},
		&cli.GenericFlag{Name: "limit", Aliases: []string{"l"}, Value: &d.limit, DefaultText: "none",
			Usage: "only the first `N` codes, sorted"},
		&cli.StringFlag{Name: "server", Aliases: []string{"s"}, Value: "LOCAL", Destination: &d.server,
			Usage: "`SITE` to download from: LOCAL, REMOTE, DELAY, ERROR or a base URL"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Destination: &d.verbose,
			Usage: "print a line per flag instead of the progress bar"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &d.quiet,
			Usage: "print errors only"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "downloaded", Destination: &d.dir,
			Usage: "save the flags in `DIR`"},
		&cli.BoolFlag{Name: "no-metadata", Destination: &d.noMetadata,
			Usage: "one request per flag, saved under its code"},
		&cli.BoolFlag{Name: "save-metadata", Destination: &d.saveMetadata,
			Usage: "save the metadata beside the image, as Brazil.json"},
		&cli.BoolFlag{Name: "strict", Destination: &d.strict,
			Usage: "exit with 1 if a flag is not found"},
		&cli.BoolFlag{Name: "json", Destination: &d.json,
			Usage: "print a JSON object per flag, and a summary, instead of the report"},
		&cli.StringFlag{Name: "retry-failed", Destination: &d.retryFailed,
			Usage: "do only what failed or was not done in the run whose --json output is in `FILE`; - is standard input"},
	}
	return append(own, d.network.options()...)
}

func (d *download) action(c *cli.Context) error {
	codes, err := d.codes(c)
	if err != nil {
		return err
	}
	site, err := flags.ParseSite(d.server)
	if err != nil {
		return command.Usagef("%w", err)
	}
	if d.noMetadata && d.saveMetadata {
		return command.Usagef("--no-metadata and --save-metadata exclude each other")
	}
	if d.json && d.verbose {
		return command.Usagef("--json and --verbose exclude each other")
	}
	if len(codes) == 0 && !d.json {
		_, err := fmt.Fprintln(c.App.Writer, "Nothing to retry.")
		return err
	}
	return d.run(c, site, codes)
}

// codes are those that the command line asks for.
func (d *download) codes(c *cli.Context) ([]flags.Code, error) {
	d.selection.Words = c.Args().Slice()
	d.selection.Limit = d.limit.N
	if c.IsSet("retry-failed") {
		if len(d.selection.Words) > 0 || d.selection.All || d.selection.Every {
			return nil, command.Usagef("--retry-failed tells the codes: want none beside it, and neither --all nor --every")
		}
		return d.failedCodes(c)
	}
	codes, err := flags.Select(d.selection)
	if err != nil {
		return nil, command.Usagef("%w", err)
	}
	return codes, nil
}

// failedCodes are those that --retry-failed asks for, maybe none.
func (d *download) failedCodes(c *cli.Context) ([]flags.Code, error) {
	codes, ended, err := readFailed(d.retryFailed, c.App.Reader)
	if err != nil {
		return nil, err
	}
	if !ended {
		fmt.Fprintf(c.App.ErrWriter, "%s: %s has no summary at its end: flags it does not mention are not tried\n", c.App.Name, d.retryFailed)
	}
	return firstOf(codes, d.limit.N), nil
}

// firstOf are the first n codes, or all where n is 0.
func firstOf(codes []flags.Code, n int) []flags.Code {
	if n > 0 {
		return codes[:min(n, len(codes))]
	}
	return codes
}

// run downloads and reports; it owns everything that is opened on the way.
func (d *download) run(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	dir, err := downloader.OpenDir(d.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	server, err := startBuiltIn(c.Context, site, d.network.timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()

	r := newReport(c.App, d)
	engine := downloader.New(dir, d.network.engine(r.paused))
	defer engine.Close()
	r.begin(site, server != nil, codes, d.connections(len(codes)))
	job := flags.Job{Site: site, NoMetadata: d.noMetadata, SaveMetadata: d.saveMetadata, Digest: d.json}
	for result := range flags.Download(c.Context, engine, job, codes) {
		r.add(c.Context, result)
	}
	if err := r.end(site); err != nil {
		return err
	}
	return d.outcome(c.Context, r.counts)
}

// connections is how many the run can use at most: two for each flag, image
// and metadata, as long as the cap allows.
func (d *download) connections(codes int) int {
	if d.noMetadata {
		return min(d.network.maxRequests.N, codes)
	}
	return min(d.network.maxRequests.N, 2*codes)
}

// outcome is the error that a run's exit code comes from. What went wrong has
// been printed by then, flag by flag.
func (d *download) outcome(ctx context.Context, n counts) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n.asked == 0: // nothing had failed
		return nil
	case n.errors > 0, n.undone() > 0, n.downloaded == 0, d.strict && n.notFound > 0:
		return &command.Exit{Code: 1}
	}
	return nil
}
