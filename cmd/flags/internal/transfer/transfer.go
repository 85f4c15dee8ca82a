// Package transfer is what downloads and mirrors have in common: the options, and
// what is made ready before a run and put away behind it.
//
// A command embeds a [Transfer], adds options of its own, and does its work
// [Transfer.Within] it.
package transfer

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

// A Transfer is the options of a download or a mirror's run.
type Transfer struct {
	Site        options.Site
	Codes       options.Codes
	Output      options.Output
	Network     options.Network
	Observation options.Observation
}

// Options are those of all groups, and a command's own.
func (t *Transfer) Options(own ...cli.Flag) []cli.Flag {
	return options.Join(t.Site.Flags(), t.Codes.Flags(), t.Network.Flags(), t.Output.Flags(), own, t.Observation.Flags())
}

// Check refuses what makes no sense for a site.
func (t *Transfer) Check(site flags.Site) error {
	if t.Codes.FromNames && site.Names == "" {
		return command.Usagef("--codes-from-names: the site has no catalogue; give one with --names")
	}
	if err := t.Output.Check(); err != nil {
		return err
	}
	return t.Observation.Check(t.Output)
}

// Asked are the codes that a command is asked for, and what an earlier run of it
// kept; see [options.Codes.Codes]. Where there is nothing to do, it says so, and
// reports that all is done.
func (t *Transfer) Asked(c *cli.Context, of record.Command) (codes []flags.Code, kept []record.Kept, done bool, err error) {
	codes, kept, err = t.Codes.Codes(c, of)
	if err != nil || len(codes) > 0 || t.Codes.FromNames || t.Output.JSON {
		return codes, kept, false, err
	}
	_, err = fmt.Fprintln(c.App.Writer, "Nothing to retry.")
	return nil, nil, true, err
}

// Within does a run: under the time limit, with the server that the site needs,
// as politely as the site wants, and observed as the options say. The report is
// made when the server runs; served says who serves the site.
func (t *Transfer) Within(c *cli.Context, site flags.Site, report func() *ui.Report, run func(r *ui.Report, served string) error) (err error) {
	defer t.Network.LimitTime(c)()
	server, err := builtin.Start(c.Context, site, t.Network.Timeout.D)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	t.Network.Dial = server.Dial(t.Network.Timeout.D)
	r := report()
	r.Complain(t.Network.BePolite(site))
	r.Complain(t.Network.FitOpenFiles(server != nil))
	if r.Seen, err = t.Observation.Open(c, site.String(), &t.Network); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Seen.Close(err)) }()
	return run(r, server.Note())
}

// Engine returns an engine as the options want it, which tells the report of
// pauses. The caller closes it.
func (t *Transfer) Engine(r *ui.Report) *downloader.Downloader {
	return downloader.New(t.Network.Engine(r.Paused, r.Seen.Observer()))
}

// Outcome is the error that a run's exit code comes from. What went wrong has
// been printed by then, flag by flag; strict says whether what is missing on the
// site is wrong, too.
func Outcome(ctx context.Context, n *ui.Tally, strict bool) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n.Asked == 0: // nothing had failed
		return nil
	case n.Failed(), n.Present() == 0, strict && n.Of(record.NotFound) > 0:
		return &command.Exit{Code: 1}
	}
	return nil
}
