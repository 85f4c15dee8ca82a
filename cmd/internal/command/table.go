package command

import (
	"errors"
	"flag"

	"github.com/urfave/cli/v2"
)

// WhenNamed is what a command has for its Flags if they are to be built only
// when a command line names the command: most name none, and need not wait for
// the options of all. [Run] and [Main] build them.
func WhenNamed(options func() []cli.Flag) []cli.Flag { return []cli.Flag{whenNamed{options}} }

// whenNamed stands where the options of a command will stand.
type whenNamed struct{ options func() []cli.Flag }

// Apply is called if the app was run by something else than this package.
func (whenNamed) Apply(*flag.FlagSet) error { return errors.New("the options are not built") }
func (whenNamed) Names() []string           { return nil }
func (whenNamed) IsSet() bool               { return false }
func (whenNamed) String() string            { return "" }

// build builds the options of commands that have them [WhenNamed] and are not
// built yet.
func build(commands ...*cli.Command) {
	for _, c := range commands {
		if later, ok := postponed(c); ok {
			c.Flags = later.options()
			settleOptions(c)
		}
	}
}

// Options are those of a command, built anew if it has them [WhenNamed].
func Options(c *cli.Command) []cli.Flag {
	if later, ok := postponed(c); ok {
		return later.options()
	}
	return c.Flags
}

func postponed(c *cli.Command) (later whenNamed, ok bool) {
	if len(c.Flags) == 1 {
		later, ok = c.Flags[0].(whenNamed)
	}
	return later, ok
}
