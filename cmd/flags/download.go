package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
	"getflags/cmd/flags/internal/transfer"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
)

// download is the default command: its options, and what it does with them.
type download struct {
	transfer.Transfer
	name         string
	noMetadata   bool
	saveMetadata bool
	strict       bool
	kept         []record.Kept // that the record to be continued tells of
}

func newDownload() *download {
	return &download{Transfer: transfer.Transfer{Output: options.Output{Dir: "downloaded"}, Network: options.NewNetwork()}}
}

func (d *download) options() []cli.Flag {
	return d.Options(
		&cli.StringFlag{Name: "name", Destination: &d.name, Value: "{country}.{ext}", Category: options.OutputHeading,
			Usage: "save flags as `TEMPLATE` says, with {cc}, {CC}, {country} and {ext}"},
		&cli.BoolFlag{Name: "no-metadata", Destination: &d.noMetadata, Category: options.OutputHeading,
			Usage: "one request per flag, saved under its code"},
		&cli.BoolFlag{Name: "save-metadata", Destination: &d.saveMetadata, Category: options.OutputHeading,
			Usage: "save the metadata beside the image, as Brazil.json"},
		&cli.BoolFlag{Name: "strict", Destination: &d.strict, Category: options.OutputHeading,
			Usage: "exit with 1 if a flag is not found"},
	)
}

func (d *download) action(c *cli.Context) error {
	job, err := d.job(c)
	if err != nil {
		return err
	}
	codes, kept, done, err := d.Asked(c, record.OfDownload)
	if err != nil || done {
		return err
	}
	if err := d.Output.CheckGallery(); err != nil {
		return err
	}
	d.kept = kept
	report := func() *ui.Report { return ui.NewDownload(c.App, d.Output, kept) }
	return d.Within(c, job.Site, report, func(r *ui.Report, served string) error {
		return d.run(c.Context, r, served, job, codes)
	})
}

// job reads the options that say what is kept of which site, and refuses
// those that make no sense together.
func (d *download) job(c *cli.Context) (flags.Job, error) {
	job := flags.Job{NoMetadata: d.noMetadata, SaveMetadata: d.saveMetadata, Digest: d.Output.JSON}
	var err error
	if job.Site, err = d.Site.Site(c); err != nil {
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
	}
	return d.Check(site)
}

// run downloads and reports.
func (d *download) run(ctx context.Context, r *ui.Report, served string, job flags.Job, codes []flags.Code) (err error) {
	dir, err := downloader.OpenDir(d.Output.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	engine := d.Engine(r)
	defer engine.Close()
	if codes, err = d.plan(ctx, engine, r, &job, codes); err != nil {
		return err
	}
	r.Begin(job.Site, served, codes, min(d.Network.MaxRequests.N, len(codes)*job.Requests()))
	job.Kept = record.KeptIn(d.Output.Dir, d.kept)
	job.Arrived = func(result flags.Result) { r.Arrived(ctx, ui.OfDownload(result)) }
	var saved []flags.Result
	for result := range flags.Download(ctx, engine, dir, job, codes) {
		r.Settled(ctx, ui.OfDownload(result))
		if d.Output.Gallery && result.Status == flags.OK {
			saved = append(saved, result)
		}
	}
	r.End()
	if d.Output.Gallery && ctx.Err() == nil {
		if err := writeGallery(ctx, dir, d.Output.Dir, job.Site, saved); err != nil {
			return err
		}
	}
	return transfer.Outcome(ctx, &r.Tally, d.strict)
}

// plan finds out which flags are to be got, and begins the record as soon as
// that is known.
func (d *download) plan(ctx context.Context, engine *downloader.Downloader, r *ui.Report, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if !d.Codes.FromNames {
		if err := r.Ask(job.Site, codes); err != nil {
			return nil, err
		}
	}
	codes, err := d.readNames(ctx, engine, job, codes)
	if err == nil && d.Codes.FromNames {
		err = r.Ask(job.Site, codes)
	}
	return codes, err
}

// readNames gets the catalogue of names, where there is one, and from it the
// codes if it is to tell them.
func (d *download) readNames(ctx context.Context, engine *downloader.Downloader, job *flags.Job, codes []flags.Code) ([]flags.Code, error) {
	if job.Site.Names == "" || job.NoMetadata && !d.Codes.FromNames {
		return codes, nil
	}
	names, err := flags.FetchCatalogue(ctx, engine, job.Site.Names)
	if err != nil {
		return nil, err
	}
	if !job.NoMetadata {
		job.Names = names
	}
	if d.Codes.FromNames {
		codes = d.Codes.First(names.Codes())
	}
	return codes, nil
}
