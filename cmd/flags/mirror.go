package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
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
	site        options.Site
	codes       options.Codes
	output      options.Output
	network     options.Network
	observation options.Observation
	exitCode    bool
	dryRun      bool
	prune       bool
	maxDelete   maxDelete
}

func newMirror() *cli.Command {
	m := &mirrorCommand{
		codes:     options.Codes{AllByDefault: true},
		network:   options.NewNetwork(),
		maxDelete: maxDelete{N: 10, Percent: true},
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
	return options.Join(m.site.Flags(), m.codes.Flags(), m.network.Flags(), m.output.Flags(), m.own(), m.observation.Flags())
}

// own are the options that no other command has.
func (m *mirrorCommand) own() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Destination: &m.dryRun,
			Usage: "only say what would happen; changed files are fetched, but not kept"},
		&cli.BoolFlag{Name: "prune", Destination: &m.prune,
			Usage: "delete flags that are gone from the site"},
		&cli.GenericFlag{Name: "max-delete", Value: &m.maxDelete,
			Usage: "with --prune, delete nothing if it were more than `N` flags, or N% of those in DIR"},
		&cli.BoolFlag{Name: "exit-code", Destination: &m.exitCode,
			Usage: "exit with 3 if anything changed"},
	}
}

func (m *mirrorCommand) action(c *cli.Context) error {
	site, err := m.site.Site(c)
	if err != nil {
		return err
	}
	if err := m.contradiction(site); err != nil {
		return err
	}
	codes, _, err := m.codes.Codes(c, record.OfMirror)
	if err != nil {
		return err
	}
	if len(codes) == 0 && !m.codes.FromNames && !m.output.JSON {
		_, err := fmt.Fprintln(c.App.Writer, "Nothing to retry.")
		return err
	}
	return m.run(c, site, codes)
}

func (m *mirrorCommand) contradiction(site flags.Site) error {
	switch {
	case m.output.Dir == "":
		return command.Usagef("mirror needs a directory: -o DIR")
	case m.codes.FromNames && site.Names == "":
		return command.Usagef("--codes-from-names: the site has no catalogue; give one with --names")
	}
	return m.output.Check()
}

// withThose adds to all the flags of a site those that only the mirror has: an
// exact copy says what is gone, also of a flag that was once asked for by name
// or that the catalogue has no more.
func (m *mirrorCommand) withThose(c *cli.Context, codes, had []flags.Code) []flags.Code {
	if m.codes.Some(c) {
		return codes
	}
	all := slices.Concat(codes, had)
	slices.Sort(all)
	return slices.Compact(all)
}

// run mirrors and reports; it owns everything that is opened on the way.
func (m *mirrorCommand) run(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	defer m.network.LimitTime(c)()
	if m.output.Gallery {
		if err := checkReplaceable(m.output.Dir); err != nil {
			return err
		}
	}
	server, err := builtin.Start(c.Context, site, m.network.Timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	m.network.Dial = server.Dial(m.network.Timeout.D)
	r := ui.NewMirror(c.App, m.output, m.dryRun)
	r.Complain(m.network.BePolite(site))
	r.Complain(m.network.FitOpenFiles(server != nil))
	if r.Seen, err = m.observation.Open(c, site.String(), &m.network); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Seen.Close(err)) }()
	names, err := m.readNames(c.Context, site, r.Seen)
	if err != nil {
		return err
	}
	if m.codes.FromNames {
		codes = m.codes.First(names.Codes())
	}
	copied, err := mirror.Open(m.output.Dir, mirror.Options{Site: site, Names: names, DryRun: m.dryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	r.Note(copied.Notes()...)
	defer func() { r.Note(copied.Notes()...) }()
	if copied.Forgotten != nil {
		if m.codes.Some(c) {
			return fmt.Errorf("%w; mirror all flags, without codes, to have it made anew", copied.Forgotten)
		}
		r.Complain(copied.Forgotten.Error() + "; everything is fetched again")
	}
	codes = m.withThose(c, codes, copied.Codes())
	if err := r.Ask(site, codes); err != nil {
		return err
	}
	r.Begin(site, server.Note(), codes, m.network.MaxRequests.N)
	return m.update(c.Context, copied, r, codes)
}

// readNames gets the catalogue of names, where there is one.
func (m *mirrorCommand) readNames(ctx context.Context, site flags.Site, seen *options.Observed) (flags.Catalogue, error) {
	if site.Names == "" {
		return nil, nil
	}
	engine := downloader.New(m.network.Engine(nil, seen.Observer()))
	defer engine.Close()
	return flags.FetchCatalogue(ctx, engine, site.Names)
}

// update brings the mirror up to date. What was done before an interrupt or
// an error is done, and the manifest says so.
func (m *mirrorCommand) update(ctx context.Context, copied *mirror.Mirror, r *ui.Report, codes []flags.Code) error {
	engine := downloader.New(m.network.Engine(r.Paused, r.Seen.Observer()))
	defer engine.Close()
	var altered []mirror.Change
	for change := range copied.Update(ctx, engine, codes) {
		r.Arrived(ctx, ui.OfMirror(change))
		r.Settled(ctx, ui.OfMirror(change))
		if m.output.Gallery && change.Status.Alters() {
			altered = append(altered, change)
		}
	}
	var pruning error
	if m.prune {
		var deleted []flags.Code
		deleted, pruning = copied.Prune(ctx, mirror.Limit(m.maxDelete))
		r.Tally.Deleted = len(deleted)
	}
	err := errors.Join(pruning, copied.Save())
	r.End()
	if err != nil && ctx.Err() == nil {
		return err
	}
	if m.output.Gallery && ctx.Err() == nil {
		if err := m.writeGallery(copied, r, altered); err != nil {
			return err
		}
	}
	return m.outcome(ctx, &r.Tally)
}

// outcome is the error that a run's exit code comes from.
func (m *mirrorCommand) outcome(ctx context.Context, n *ui.Tally) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n.Asked == 0: // nothing had failed
		return nil
	case n.Failed(), n.Present() == 0:
		return &command.Exit{Code: 1}
	case m.exitCode && n.Altered() > 0:
		return &command.Exit{Code: changedCode}
	}
	return nil
}

// maxDelete is the value of --max-delete.
type maxDelete mirror.Limit

func (l *maxDelete) Set(s string) error {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(n) != number || n < 0 || percent && n > 100 {
		return errors.New("want a number of flags such as 5, or a share such as 10%")
	}
	*l = maxDelete{N: n, Percent: percent}
	return nil
}

func (l *maxDelete) String() string { return fmt.Sprint(mirror.Limit(*l)) }
