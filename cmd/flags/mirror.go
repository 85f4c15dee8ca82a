package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
	"getflags/cmd/flags/internal/transfer"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/mirror"
)

// changedCode is what --exit-code exits with if the mirror changed: 1 says
// that something went wrong.
const changedCode = 3

// mirrorCommand is the command that keeps a copy of a site.
type mirrorCommand struct {
	transfer.Transfer
	exitCode  bool
	dryRun    bool
	prune     bool
	maxDelete options.MaxDelete
}

func newMirror() *cli.Command {
	m := &mirrorCommand{
		Transfer:  transfer.Transfer{Codes: options.Codes{AllByDefault: true}, Network: options.NewNetwork()},
		maxDelete: options.MaxDelete{N: 10, Percent: true},
	}
	return &cli.Command{
		Name:      "mirror",
		Usage:     "keep a directory an exact, verified copy of a site",
		UsageText: "flags mirror -o DIR [options] [CC ...]",
		Description: `Fetches what is new, changed or damaged into DIR/{cc}/, as the site has it, and
prints what it did: + new, ~ changed, ! repaired (it was damaged or missing in
DIR), - gone from the site, = same (with -v). Without codes it is all 194 flags,
and whatever else DIR has.
DIR/manifest.json and DIR/SHA256SUMS tell of every file; see "flags verify".

With --exit-code it exits with 3 if anything changed, with 0 if nothing did.`,
		Flags:  command.WhenNamed(m.options),
		Action: m.action,
	}
}

func (m *mirrorCommand) options() []cli.Flag {
	return m.Options(
		&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Destination: &m.dryRun,
			Usage: "only say what would happen; changed files are fetched, but not kept"},
		&cli.BoolFlag{Name: "prune", Destination: &m.prune,
			Usage: "delete flags that are gone from the site"},
		&cli.GenericFlag{Name: "max-delete", Value: &m.maxDelete,
			Usage: "with --prune, delete nothing if it were more than `N` flags, or N% of those in DIR"},
		&cli.BoolFlag{Name: "exit-code", Destination: &m.exitCode,
			Usage: "exit with 3 if anything changed"},
	)
}

func (m *mirrorCommand) action(c *cli.Context) error {
	site, err := m.Site.Site(c)
	if err != nil {
		return err
	}
	if m.Output.Dir == "" {
		return command.Usagef("mirror needs a directory: -o DIR")
	}
	if err := m.Check(site); err != nil {
		return err
	}
	codes, _, done, err := m.Asked(c, record.OfMirror)
	if err != nil || done {
		return err
	}
	if err := m.Output.CheckGallery(); err != nil {
		return err
	}
	report := func() *ui.Report { return ui.NewMirror(c.App, m.Output, m.dryRun) }
	return m.Within(c, site, report, func(r *ui.Report, served string) error {
		return m.run(c, r, served, site, codes)
	})
}

// withThose adds to all the flags of a site those that only the mirror has: an
// exact copy says what is gone, also of a flag that was once asked for by name
// or that the catalogue has no more.
func (m *mirrorCommand) withThose(c *cli.Context, codes, had []flags.Code) []flags.Code {
	if m.Codes.Some(c) {
		return codes
	}
	all := slices.Concat(codes, had)
	slices.Sort(all)
	return slices.Compact(all)
}

// run mirrors and reports.
func (m *mirrorCommand) run(c *cli.Context, r *ui.Report, served string, site flags.Site, codes []flags.Code) (err error) {
	names, err := m.readNames(c.Context, site, r.Seen)
	if err != nil {
		return err
	}
	if m.Codes.FromNames {
		codes = m.Codes.First(names.Codes())
	}
	copied, err := mirror.Open(m.Output.Dir, mirror.Options{Site: site, Names: names, DryRun: m.dryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	r.Note(copied.Notes()...)
	defer func() { r.Note(copied.Notes()...) }()
	if copied.Forgotten != nil {
		if m.Codes.Some(c) {
			return fmt.Errorf("%w; mirror all flags, without codes, to have it made anew", copied.Forgotten)
		}
		r.Complain(copied.Forgotten.Error() + "; everything is fetched again")
	}
	codes = m.withThose(c, codes, copied.Codes())
	if err := r.Ask(site, codes); err != nil {
		return err
	}
	r.Begin(site, served, codes, m.Network.MaxRequests.N)
	return m.update(c.Context, copied, r, codes)
}

// readNames gets the catalogue of names, where there is one.
func (m *mirrorCommand) readNames(ctx context.Context, site flags.Site, seen *options.Observed) (flags.Catalogue, error) {
	if site.Names == "" {
		return nil, nil
	}
	engine := downloader.New(m.Network.Engine(nil, seen.Observer()))
	defer engine.Close()
	return flags.FetchCatalogue(ctx, engine, site.Names)
}

// update brings the mirror up to date. What was done before an interrupt or
// an error is done, and the manifest says so.
func (m *mirrorCommand) update(ctx context.Context, copied *mirror.Mirror, r *ui.Report, codes []flags.Code) error {
	engine := m.Engine(r)
	defer engine.Close()
	var altered []mirror.Change
	for change := range copied.Update(ctx, engine, codes) {
		r.Arrived(ctx, ui.OfMirror(change))
		r.Settled(ctx, ui.OfMirror(change))
		if m.Output.Gallery && change.Status.Alters() {
			altered = append(altered, change)
		}
	}
	var pruning error
	if m.prune {
		var deleted []flags.Code
		deleted, pruning = copied.Prune(ctx, mirror.Limit(m.maxDelete))
		r.Tally.Deleted = len(deleted)
		var limit *mirror.LimitError
		if errors.As(pruning, &limit) {
			pruning = fmt.Errorf("%w; --max-delete raises it", pruning)
		}
	}
	err := errors.Join(pruning, copied.Save())
	r.End()
	if err != nil && ctx.Err() == nil {
		return err
	}
	if m.Output.Gallery && !m.dryRun && ctx.Err() == nil {
		if err := updateGallery(copied, m.Output.Dir, r, altered); err != nil {
			return err
		}
	}
	return m.outcome(ctx, &r.Tally)
}

// outcome is the error that a run's exit code comes from.
func (m *mirrorCommand) outcome(ctx context.Context, n *ui.Tally) error {
	err := transfer.Outcome(ctx, n, false)
	if err == nil && m.exitCode && n.Altered() > 0 {
		return &command.Exit{Code: changedCode}
	}
	return err
}
