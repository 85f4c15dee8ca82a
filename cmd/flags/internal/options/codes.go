package options

import (
	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/record"
	"getflags/cmd/internal/command"
	"getflags/flags"
)

// Codes are the flags that a command is asked for: the operands of the command
// line, and the options that stand for them or choose among them.
type Codes struct {
	// AllByDefault makes all flags those that are asked for where nothing else
	// says it, in place of the book's 20; there is no --all and no --every then.
	AllByDefault bool
	// FromNames is --codes-from-names: the catalogue of names tells the codes.
	FromNames bool

	selection flags.Selection
	limit     command.Int
	retry     string
}

// Flags are all options that say which flags to get.
func (o *Codes) Flags() []cli.Flag {
	list := []cli.Flag{o.LimitFlag()}
	if !o.AllByDefault {
		list = append(list,
			&cli.BoolFlag{Name: "all", Aliases: []string{"a"}, Destination: &o.selection.All,
				Usage: "get all 194 available flags, AD to ZW"},
			&cli.BoolFlag{Name: "every", Aliases: []string{"e"}, Destination: &o.selection.Every,
				Usage: "ask for every possible code, AA to ZZ"})
	}
	return append(list, under(codesHeading,
		&cli.BoolFlag{Name: "codes-from-names", Destination: &o.FromNames,
			Usage: "get the flags of all two-letter codes in the catalogue of names"},
		&cli.StringFlag{Name: "retry-failed", Destination: &o.retry,
			Usage: "do only what failed or was not done in the run whose --json output is in `FILE`; - is standard input"},
	)...)
}

// LimitFlag is --limit, for commands that take no other option of the group.
func (o *Codes) LimitFlag() cli.Flag {
	o.limit.Min = 1
	return &cli.GenericFlag{Name: "limit", Aliases: []string{"l"}, Value: &o.limit, DefaultText: "none",
		Usage: "only the first `N` codes, sorted"}
}

// Some reports whether only some flags are asked for where all would be by
// default.
func (o *Codes) Some(c *cli.Context) bool {
	return c.Args().Present() || o.retry != "" || o.limit.N > 0
}

// Codes are those that the command line asks for: of the operands, or of the
// record of an earlier run of a command, with what that run kept. They are nil
// if the catalogue of names is to tell them.
func (o *Codes) Codes(c *cli.Context, of record.Command) ([]flags.Code, []record.Kept, error) {
	if err := o.contradiction(c); err != nil || o.FromNames {
		return nil, nil, err
	}
	if c.IsSet("retry-failed") {
		past, err := record.Read(c.Context, of, o.retry, c.App.Reader)
		if err != nil {
			return nil, nil, err
		}
		return o.First(past.Unfinished()), past.Kept(), nil
	}
	codes, err := o.Select(c)
	return codes, nil, err
}

func (o *Codes) contradiction(c *cli.Context) error {
	others := c.Args().Present() || o.selection.All || o.selection.Every
	switch {
	case o.FromNames && (others || c.IsSet("retry-failed")) && o.AllByDefault:
		return command.Usagef("--codes-from-names tells the codes: want none beside it, and no --retry-failed")
	case o.FromNames && (others || c.IsSet("retry-failed")):
		return command.Usagef("--codes-from-names tells the codes: want none beside it, and neither --all, --every nor --retry-failed")
	case c.IsSet("retry-failed") && others && o.AllByDefault:
		return command.Usagef("--retry-failed tells the codes: want none beside it")
	case c.IsSet("retry-failed") && others:
		return command.Usagef("--retry-failed tells the codes: want none beside it, and neither --all nor --every")
	}
	return nil
}

// Select are the codes of the operands.
func (o *Codes) Select(c *cli.Context) ([]flags.Code, error) {
	selection := o.selection
	selection.Words, selection.Limit = c.Args().Slice(), o.limit.N
	selection.All = selection.All || o.AllByDefault && len(selection.Words) == 0
	codes, err := flags.Select(selection)
	if err != nil {
		return nil, command.Usagef("%w%s", err, commandHint(c))
	}
	return codes, nil
}

// commandHint asks whether the first operand was meant to be a command.
func commandHint(c *cli.Context) string {
	if nearest := command.NearestCommand(c, c.Args().First()); nearest != "" {
		return "; did you mean 'flags " + nearest + "'?"
	}
	return ""
}

// First are as many codes as --limit allows.
func (o *Codes) First(codes []flags.Code) []flags.Code {
	if n := o.limit.N; n > 0 {
		return codes[:min(n, len(codes))]
	}
	return codes
}
