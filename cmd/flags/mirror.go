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
	dir       string
	server    string
	names     string
	fromNames bool
	limit     command.Int
	verbose   bool
	quiet     bool
	json      bool
	gallery   bool
	retry     string
	exitCode  bool
	dryRun    bool
	prune     bool
	maxDelete maxDelete
	network   network

	observation observation
}

func newMirror() *cli.Command {
	m := &mirrorCommand{limit: command.Int{Min: 1}, maxDelete: maxDelete{N: 10, Percent: true}, network: newNetwork()}
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
	own := []cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Destination: &m.dir, DefaultText: "none",
			Usage: "the mirror's `DIR`"},
		&cli.StringFlag{Name: "server", Aliases: []string{"s"}, Value: "LOCAL", Destination: &m.server,
			Usage: "`SITE` to mirror; see 'flags sites'"},
		&cli.GenericFlag{Name: "limit", Aliases: []string{"l"}, Value: &m.limit, DefaultText: "none",
			Usage: "only the first `N` codes, sorted"},
		&cli.StringFlag{Name: "names", Destination: &m.names, DefaultText: "the site's",
			Usage: "take the countries' names from the catalogue at `URL`"},
		&cli.BoolFlag{Name: "codes-from-names", Destination: &m.fromNames,
			Usage: "mirror the flags of all two-letter codes in the catalogue of names"},
		&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Destination: &m.dryRun,
			Usage: "only say what would happen; changed files are fetched, but not kept"},
		&cli.BoolFlag{Name: "prune", Destination: &m.prune,
			Usage: "delete flags that are gone from the site"},
		&cli.GenericFlag{Name: "max-delete", Value: &m.maxDelete,
			Usage: "with --prune, delete nothing if it were more than `N` flags, or N% of those in DIR"},
		&cli.BoolFlag{Name: "exit-code", Destination: &m.exitCode,
			Usage: "exit with 3 if anything changed"},
		&cli.BoolFlag{Name: "gallery", Destination: &m.gallery,
			Usage: "write a contact sheet, index.html, into DIR, with what changed before and after"},
		&cli.BoolFlag{Name: "json", Destination: &m.json,
			Usage: "print a JSON object per flag, and a summary, instead of the report"},
		&cli.StringFlag{Name: "retry-failed", Destination: &m.retry,
			Usage: "do only what failed or was not done in the run whose --json output is in `FILE`; - is standard input"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Destination: &m.verbose,
			Usage: "print a line for flags that are the same, too"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &m.quiet,
			Usage: "print errors only"},
	}
	return slices.Concat(own, m.network.options(), m.observation.options())
}

func (m *mirrorCommand) action(c *cli.Context) error {
	site, err := parseSite(c, m.server, m.names)
	if err != nil {
		return err
	}
	if err := m.contradiction(c, site); err != nil {
		return err
	}
	codes, err := m.codes(c)
	if err != nil {
		return err
	}
	if len(codes) == 0 && !m.json {
		_, err := fmt.Fprintln(c.App.Writer, "Nothing to retry.")
		return err
	}
	return m.run(c, site, codes)
}

func (m *mirrorCommand) contradiction(c *cli.Context, site flags.Site) error {
	others := c.Args().Present()
	switch {
	case m.dir == "":
		return command.Usagef("mirror needs a directory: -o DIR")
	case m.fromNames && (others || m.retry != ""):
		return command.Usagef("--codes-from-names tells the codes: want none beside it, and no --retry-failed")
	case m.fromNames && site.Names == "":
		return command.Usagef("--codes-from-names: the site has no catalogue; give one with --names")
	case m.retry != "" && others:
		return command.Usagef("--retry-failed tells the codes: want none beside it")
	case m.json && m.verbose:
		return command.Usagef("--json and --verbose exclude each other")
	}
	return nil
}

// codes are those that the command line asks for: without any, all.
func (m *mirrorCommand) codes(c *cli.Context) ([]flags.Code, error) {
	if m.retry != "" {
		past, err := readPast(c.Context, ofMirror, m.retry, c.App.Reader)
		if err != nil {
			return nil, err
		}
		return firstOf(past.unfinished(), m.limit.N), nil
	}
	words := c.Args().Slice()
	codes, err := flags.Select(flags.Selection{Words: words, All: len(words) == 0, Limit: m.limit.N})
	if err != nil {
		return nil, command.Usagef("%w", err)
	}
	return codes, nil
}

// some reports whether only some of the mirror's flags are asked for.
func (m *mirrorCommand) some(c *cli.Context) bool {
	return c.Args().Present() || m.retry != "" || m.limit.N > 0
}

// withThose adds to all the flags of a site those that only the mirror has: an
// exact copy says what is gone, also of a flag that was once asked for by name
// or that the catalogue has no more.
func (m *mirrorCommand) withThose(c *cli.Context, codes, had []flags.Code) []flags.Code {
	if m.some(c) {
		return codes
	}
	all := slices.Concat(codes, had)
	slices.Sort(all)
	return slices.Compact(all)
}

// run mirrors and reports; it owns everything that is opened on the way.
func (m *mirrorCommand) run(c *cli.Context, site flags.Site, codes []flags.Code) (err error) {
	defer m.network.limitTime(c)()
	if m.gallery {
		if err := checkReplaceable(m.dir); err != nil {
			return err
		}
	}
	server, err := builtin.Start(c.Context, site, m.network.timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	m.network.dial = server.Dial(m.network.timeout.D)
	r := newChanges(c.App, m)
	if note := m.network.bePolite(site); note != "" {
		r.complain(note)
	}
	if note := m.network.fitOpenFiles(server != nil); note != "" {
		r.complain(note)
	}
	if r.seen, err = m.observation.open(c, site.String(), &m.network); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.seen.close(err)) }()
	names, err := m.readNames(c.Context, site, r.seen)
	if err != nil {
		return err
	}
	if m.fromNames {
		codes = firstOf(names.Codes(), m.limit.N)
	}
	copied, err := mirror.Open(m.dir, mirror.Options{Site: site, Names: names, DryRun: m.dryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	r.tell(copied.Notes())
	defer func() { r.tell(copied.Notes()) }()
	if copied.Forgotten != nil {
		if m.some(c) {
			return fmt.Errorf("%w; mirror all flags, without codes, to have it made anew", copied.Forgotten)
		}
		r.complain(copied.Forgotten.Error() + "; everything is fetched again")
	}
	codes = m.withThose(c, codes, copied.Codes())
	if err := r.record(site, codes); err != nil {
		return err
	}
	r.begin(site, server.Note(), codes)
	return m.update(c.Context, copied, r, codes)
}

// readNames gets the catalogue of names, where there is one.
func (m *mirrorCommand) readNames(ctx context.Context, site flags.Site, seen *observed) (flags.Catalogue, error) {
	if site.Names == "" {
		return nil, nil
	}
	engine := downloader.New(m.network.engine(nil, seen.observer()))
	defer engine.Close()
	return flags.FetchCatalogue(ctx, engine, site.Names)
}

// update brings the mirror up to date. What was done before an interrupt or
// an error is done, and the manifest says so.
func (m *mirrorCommand) update(ctx context.Context, copied *mirror.Mirror, r *changes, codes []flags.Code) error {
	engine := downloader.New(m.network.engine(r.paused, r.seen.observer()))
	defer engine.Close()
	var altered []mirror.Change
	for change := range copied.Update(ctx, engine, codes) {
		r.add(ctx, change)
		if m.gallery && altering(change.Status) {
			altered = append(altered, change)
		}
	}
	var pruning error
	if m.prune {
		var deleted []flags.Code
		deleted, pruning = copied.Prune(ctx, mirror.Limit(m.maxDelete))
		r.deleted = len(deleted)
	}
	err := errors.Join(pruning, copied.Save())
	r.end()
	if err != nil && ctx.Err() == nil {
		return err
	}
	if m.gallery && ctx.Err() == nil {
		if err := m.writeGallery(copied, r, altered); err != nil {
			return err
		}
	}
	return m.outcome(ctx, r)
}

// outcome is the error that a run's exit code comes from.
func (m *mirrorCommand) outcome(ctx context.Context, r *changes) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case r.asked == 0: // nothing had failed
		return nil
	case r.count[mirror.Failed] > 0, r.undone() > 0, r.present() == 0:
		return &command.Exit{Code: 1}
	case m.exitCode && r.altered() > 0:
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
