package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
)

// download is the default command: its options, and what it does with them.
type download struct {
	site         options.Site
	codes        options.Codes
	output       options.Output
	network      options.Network
	observation  options.Observation
	name         string
	noMetadata   bool
	saveMetadata bool
	strict       bool
	kept         []record.Kept // that the record to be continued tells of
}

func newDownload() *download {
	return &download{output: options.Output{Dir: "downloaded"}, network: options.NewNetwork()}
}

func (d *download) options() []cli.Flag {
	return options.Join(d.site.Flags(), d.codes.Flags(), d.network.Flags(), d.output.Flags(), d.own(), d.observation.Flags())
}

// own are the options that no other command has.
func (d *download) own() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Destination: &d.name, Value: "{country}.{ext}", Category: options.OutputHeading,
			Usage: "save flags as `TEMPLATE` says, with {cc}, {CC}, {country} and {ext}"},
		&cli.BoolFlag{Name: "no-metadata", Destination: &d.noMetadata, Category: options.OutputHeading,
			Usage: "one request per flag, saved under its code"},
		&cli.BoolFlag{Name: "save-metadata", Destination: &d.saveMetadata, Category: options.OutputHeading,
			Usage: "save the metadata beside the image, as Brazil.json"},
		&cli.BoolFlag{Name: "strict", Destination: &d.strict, Category: options.OutputHeading,
			Usage: "exit with 1 if a flag is not found"},
	}
}

func (d *download) action(c *cli.Context) error {
	job, err := d.job(c)
	if err != nil {
		return err
	}
	var codes []flags.Code
	if codes, d.kept, err = d.codes.Codes(c, record.OfDownload); err != nil {
		return err
	}
	if len(codes) == 0 && !d.codes.FromNames && !d.output.JSON {
		_, err := fmt.Fprintln(c.App.Writer, "Nothing to retry.")
		return err
	}
	return d.run(c, job, codes)
}

// job reads the options that say what is kept of which site, and refuses
// those that make no sense together.
func (d *download) job(c *cli.Context) (flags.Job, error) {
	job := flags.Job{NoMetadata: d.noMetadata, SaveMetadata: d.saveMetadata, Digest: d.output.JSON}
	var err error
	if job.Site, err = d.site.Site(c); err != nil {
		return job, err
	}
	if job.Name, err = flags.ParseNameTemplate(d.name); err != nil {
		return job, command.Usagef("%w", err)
	}
	return job, d.contradiction(c, job.Site)
}

func (d *download) contradiction(c *cli.Context, site flags.Site) error {
	switch {
	case d.noMetadata && d.saveMetadata:
		return command.Usagef("--no-metadata and --save-metadata exclude each other")
	case d.noMetadata && c.IsSet("names"):
		return command.Usagef("--no-metadata and --names exclude each other")
	case d.saveMetadata && !site.HasMetadata() && site.Names == "":
		return command.Usagef("--save-metadata: the site has no metadata; give a catalogue with --names")
	case d.codes.FromNames && site.Names == "":
		return command.Usagef("--codes-from-names: the site has no catalogue; give one with --names")
	}
	return d.output.Check()
}

// run downloads and reports; it owns everything that is opened on the way.
func (d *download) run(c *cli.Context, job flags.Job, codes []flags.Code) (err error) {
	defer d.network.LimitTime(c)()
	if d.output.Gallery {
		if err := checkReplaceable(d.output.Dir); err != nil {
			return err
		}
	}
	dir, err := downloader.OpenDir(d.output.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	server, err := builtin.Start(c.Context, job.Site, d.network.Timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	d.network.Dial = server.Dial(d.network.Timeout.D)

	r := ui.NewDownload(c.App, d.output, d.kept)
	r.Complain(d.network.BePolite(job.Site))
	r.Complain(d.network.FitOpenFiles(server != nil))
	if r.Seen, err = d.observation.Open(c, job.Site.String(), &d.network); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Seen.Close(err)) }()
	engine := downloader.New(d.network.Engine(r.Paused, r.Seen.Observer()))
	defer engine.Close()
	if codes, err = d.plan(c.Context, engine, r, &job, codes); err != nil {
		return err
	}
	r.Begin(job.Site, server.Note(), codes, min(d.network.MaxRequests.N, len(codes)*job.Requests()))
	job.Kept = record.KeptIn(d.output.Dir, d.kept)
	job.Arrived = func(result flags.Result) { r.Arrived(c.Context, ui.OfDownload(result)) }
	var saved []flags.Result
	for result := range flags.Download(c.Context, engine, dir, job, codes) {
		r.Settled(c.Context, ui.OfDownload(result))
		if d.output.Gallery && result.Status == flags.OK {
			saved = append(saved, result)
		}
	}
	r.End()
	if d.output.Gallery && c.Context.Err() == nil {
		if err := d.writeGallery(c.Context, dir, job.Site, saved); err != nil {
			return err
		}
	}
	return d.outcome(c.Context, &r.Tally)
}

// plan finds out which flags are to be got, and begins the record as soon as
// that is known.
func (d *download) plan(ctx context.Context, engine *downloader.Downloader, r *ui.Report, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if !d.codes.FromNames {
		if err := r.Ask(job.Site, codes); err != nil {
			return nil, err
		}
	}
	codes, err := d.readNames(ctx, engine, job, codes)
	if err == nil && d.codes.FromNames {
		err = r.Ask(job.Site, codes)
	}
	return codes, err
}

// readNames gets the catalogue of names, where there is one, and from it the
// codes if it is to tell them.
func (d *download) readNames(ctx context.Context, engine *downloader.Downloader, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if job.Site.Names == "" || job.NoMetadata && !d.codes.FromNames {
		return codes, nil
	}
	names, err := flags.FetchCatalogue(ctx, engine, job.Site.Names)
	if err != nil {
		return nil, err
	}
	if !job.NoMetadata {
		job.Names = names
	}
	if d.codes.FromNames {
		codes = d.codes.First(names.Codes())
	}
	return codes, nil
}

// outcome is the error that a run's exit code comes from. What went wrong has
// been printed by then, flag by flag.
func (d *download) outcome(ctx context.Context, n *ui.Tally) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n.Asked == 0: // nothing had failed
		return nil
	case n.Failed(), n.Present() == 0, d.strict && n.Of(record.NotFound) > 0:
		return &command.Exit{Code: 1}
	}
	return nil
}
