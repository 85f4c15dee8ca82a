package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/builtin"
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
	gallery      bool
	retryFailed  string
	names        string
	fromNames    bool
	name         string
	network      network
	observation  observation
	kept         []keptRecord // that the record to be continued tells of
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
			Usage: "`SITE` to download from: LOCAL, REMOTE, DELAY, ERROR, another label that 'flags sites' tells of, a base URL, or a template such as https://example.com/w320/{cc}.png"},
		&cli.StringFlag{Name: "names", Destination: &d.names, DefaultText: "the site's",
			Usage: "take the countries' names from the catalogue at `URL`"},
		&cli.BoolFlag{Name: "codes-from-names", Destination: &d.fromNames,
			Usage: "get the flags of all two-letter codes in the catalogue of names"},
		&cli.StringFlag{Name: "name", Destination: &d.name, Value: "{country}.{ext}",
			Usage: "save flags as `TEMPLATE` says, with {cc}, {CC}, {country} and {ext}"},
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
		&cli.BoolFlag{Name: "gallery", Destination: &d.gallery,
			Usage: "write a contact sheet of the flags downloaded, index.html, beside them"},
		&cli.BoolFlag{Name: "strict", Destination: &d.strict,
			Usage: "exit with 1 if a flag is not found"},
		&cli.BoolFlag{Name: "json", Destination: &d.json,
			Usage: "print a JSON object per flag, and a summary, instead of the report"},
		&cli.StringFlag{Name: "retry-failed", Destination: &d.retryFailed,
			Usage: "do only what failed or was not done in the run whose --json output is in `FILE`; - is standard input"},
	}
	return slices.Concat(own, d.network.options(), d.observation.options())
}

func (d *download) action(c *cli.Context) error {
	job, err := d.job(c)
	if err != nil {
		return err
	}
	codes, err := d.codes(c)
	if err != nil {
		return err
	}
	if len(codes) == 0 && !d.fromNames && !d.json {
		_, err := fmt.Fprintln(c.App.Writer, "Nothing to retry.")
		return err
	}
	return d.run(c, job, codes)
}

// job reads the options that say what is kept of which site, and refuses
// those that make no sense together.
func (d *download) job(c *cli.Context) (flags.Job, error) {
	job := flags.Job{NoMetadata: d.noMetadata, SaveMetadata: d.saveMetadata, Digest: d.json}
	var err error
	if job.Site, err = parseSite(c, d.server, d.names); err != nil {
		return job, err
	}
	if job.Name, err = flags.ParseNameTemplate(d.name); err != nil {
		return job, command.Usagef("%w", err)
	}
	return job, d.contradiction(c, job.Site)
}

// parseSite is the site of --server, with the catalogue of --names if that is
// given.
func parseSite(c *cli.Context, server, names string) (flags.Site, error) {
	site, err := flags.ParseSite(server)
	if err == nil && c.IsSet("names") {
		site.Names, err = flags.ParseNamesURL(names)
	}
	if err != nil {
		return flags.Site{}, command.Usagef("%w", err)
	}
	return site, checkProxy(site)
}

func (d *download) contradiction(c *cli.Context, site flags.Site) error {
	switch {
	case d.noMetadata && d.saveMetadata:
		return command.Usagef("--no-metadata and --save-metadata exclude each other")
	case d.noMetadata && c.IsSet("names"):
		return command.Usagef("--no-metadata and --names exclude each other")
	case d.saveMetadata && !site.HasMetadata() && site.Names == "":
		return command.Usagef("--save-metadata: the site has no metadata; give a catalogue with --names")
	case d.fromNames && site.Names == "":
		return command.Usagef("--codes-from-names: the site has no catalogue; give one with --names")
	case d.json && d.verbose:
		return command.Usagef("--json and --verbose exclude each other")
	}
	return nil
}

// codes are those that the command line asks for; nil if the catalogue of
// names is to tell them.
func (d *download) codes(c *cli.Context) ([]flags.Code, error) {
	d.selection.Words = c.Args().Slice()
	d.selection.Limit = d.limit.N
	others := len(d.selection.Words) > 0 || d.selection.All || d.selection.Every
	switch {
	case d.fromNames && (others || c.IsSet("retry-failed")):
		return nil, command.Usagef("--codes-from-names tells the codes: want none beside it, and neither --all, --every nor --retry-failed")
	case d.fromNames:
		return nil, nil
	case c.IsSet("retry-failed") && others:
		return nil, command.Usagef("--retry-failed tells the codes: want none beside it, and neither --all nor --every")
	case c.IsSet("retry-failed"):
		past, err := readPast(c.Context, ofDownload, d.retryFailed, c.App.Reader)
		if err != nil {
			return nil, err
		}
		d.kept = past.kept()
		return firstOf(past.unfinished(), d.limit.N), nil
	}
	codes, err := flags.Select(d.selection)
	if err != nil {
		return nil, command.Usagef("%w", err)
	}
	return codes, nil
}

// firstOf are the first n codes, or all where n is 0.
func firstOf(codes []flags.Code, n int) []flags.Code {
	if n > 0 {
		return codes[:min(n, len(codes))]
	}
	return codes
}

// run downloads and reports; it owns everything that is opened on the way.
func (d *download) run(c *cli.Context, job flags.Job, codes []flags.Code) (err error) {
	defer d.network.limitTime(c)()
	if d.gallery {
		if err := checkReplaceable(d.dir); err != nil {
			return err
		}
	}
	dir, err := downloader.OpenDir(d.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	server, err := builtin.Start(c.Context, job.Site, d.network.timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	d.network.dial = server.Dial(d.network.timeout.D)

	r := newReport(c.App, d)
	if note := d.network.bePolite(job.Site); note != "" {
		r.complain(note)
	}
	if note := d.network.fitOpenFiles(server != nil); note != "" {
		r.complain(note)
	}
	if r.seen, err = d.observation.open(c, job.Site.String(), &d.network); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.seen.close(err)) }()
	engine := downloader.New(d.network.engine(r.paused, r.seen.observer()))
	defer engine.Close()
	if codes, err = d.plan(c.Context, engine, r, &job, codes); err != nil {
		return err
	}
	r.begin(job.Site, server.Note(), codes, min(d.network.maxRequests.N, len(codes)*job.Requests()))
	job.Kept = keptIn(d.dir, d.kept)
	job.Arrived = func(result flags.Result) { r.arrived(c.Context, result) }
	var saved []flags.Result
	for result := range flags.Download(c.Context, engine, dir, job, codes) {
		r.settled(c.Context, result)
		if d.gallery && result.Status == flags.OK {
			saved = append(saved, result)
		}
	}
	r.end(job.Site)
	if d.gallery && c.Context.Err() == nil {
		if err := d.writeGallery(c.Context, dir, job.Site, saved); err != nil {
			return err
		}
	}
	return d.outcome(c.Context, r.counts)
}

// plan finds out which flags are to be got, and begins the record as soon as
// that is known.
func (d *download) plan(ctx context.Context, engine *downloader.Downloader, r *report, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if !d.fromNames {
		if err := r.record(job.Site, codes, d.kept); err != nil {
			return nil, err
		}
	}
	codes, err := d.readNames(ctx, engine, job, codes)
	if err == nil && d.fromNames {
		err = r.record(job.Site, codes, d.kept)
	}
	return codes, err
}

// readNames gets the catalogue of names, where there is one, and from it the
// codes if it is to tell them.
func (d *download) readNames(ctx context.Context, engine *downloader.Downloader, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if job.Site.Names == "" || job.NoMetadata && !d.fromNames {
		return codes, nil
	}
	names, err := flags.FetchCatalogue(ctx, engine, job.Site.Names)
	if err != nil {
		return nil, err
	}
	if !job.NoMetadata {
		job.Names = names
	}
	if d.fromNames {
		codes = firstOf(names.Codes(), d.limit.N)
	}
	return codes, nil
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
