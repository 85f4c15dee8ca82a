package command

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// Main runs app over the process's arguments, under a context that SIGINT,
// SIGTERM or SIGHUP cancels (see [Interruptible]), and returns the exit code.
func Main(app *cli.App) int {
	// What is answered at once, such as --version, needs no signals: to set
	// them up takes longer than the answer.
	return run(app, os.Args[1:], (*output).close, func() (context.Context, func()) { return Interruptible(context.Background()) })
}

// Run runs app over args, which do not include the program's name, and
// returns the exit code. Options may stand before or after operands and
// commands; of an option given twice the last counts. -h and --help anywhere
// mean help, -V and --version anywhere print app.Version. An error is printed
// as one line on app.ErrWriter. That app.Writer cannot be written is one too,
// and found in the end, so that actions need not check what they print; but
// where it is a pipe that nobody reads any more, the action's context ends, and
// then the program, quietly and with 141.
func Run(ctx context.Context, app *cli.App, args []string) int {
	return run(app, args, func(*output) {}, func() (context.Context, func()) { return ctx, func() {} })
}

// run is Run with a context that begins, and stops, with app's own work, and
// with a function that closes the output.
func run(app *cli.App, args []string, end func(*output), begin func() (ctx context.Context, stop func())) int {
	settle(app)
	out := &output{w: app.Writer}
	app.Writer = out
	l, err := parse(app, args)
	switch {
	case l.has("version"):
		_, err = fmt.Fprintf(app.Writer, "%s %s\n", app.Name, app.Version)
	case err == nil:
		if l.command == "" && !l.has("help") {
			rememberCommands(app)
			app.Commands = nil // cli would take the operand behind "--" for one
		}
		if l.has("help") {
			groupHelp(app)
		}
		ctx, stop := begin()
		defer stop()
		ctx, cancel := out.under(ctx)
		defer cancel()
		err = app.RunContext(ctx, append([]string{app.Name}, l.words()...))
	}
	end(out)
	return report(app.ErrWriter, app.Name, out.with(err))
}

// settle gives app the settings that Run relies on. Left alone, cli prints
// usage errors on standard output and exits 1, takes -v for the version and
// "h" for a command, splits option values at commas, and exits by itself.
func settle(app *cli.App) {
	if app.Writer == nil {
		app.Writer = os.Stdout
	}
	if app.ErrWriter == nil {
		app.ErrWriter = os.Stderr
	}
	app.ExitErrHandler = func(*cli.Context, error) {}
	app.HideHelp = true
	app.HideVersion = true
	app.DisableSliceFlagSeparator = true
	app.Flags = withHelp(app.Flags, helpFlag(), &cli.BoolFlag{
		Name: "version", Aliases: []string{"V"}, Usage: "print the version",
	})
	app.OnUsageError = reword(app.Flags)
	withoutFalse(app.Flags)
	for _, c := range app.Commands {
		c.HideHelp = true
		if _, later := postponed(c); !later {
			settleOptions(c)
		}
	}
}

// settleOptions is what settle does for a command, as soon as it has options.
func settleOptions(c *cli.Command) {
	c.Flags = withHelp(c.Flags, helpFlag())
	c.OnUsageError = reword(c.Flags)
	withoutFalse(c.Flags)
}

// withoutFalse spares readers of the help that what is off is off by default.
func withoutFalse(options []cli.Flag) {
	for _, o := range options {
		if b, ok := o.(*cli.BoolFlag); ok {
			b.DisableDefaultText = true
		}
	}
}

// line is a command line in the order cli wants: command, options, operands.
type line struct {
	command string // "" for the app's own action
	arranged
}

func (l line) words() []string {
	var words []string
	if l.command != "" {
		words = append(words, l.command)
	}
	if l.has("help") {
		return append(words, "--help")
	}
	return append(words, l.arranged.words()...)
}

// parse finds the command first, since options may stand before it; then it
// reads the line again with the options of that command alone.
func parse(app *cli.App, args []string) (line, error) {
	own := newGrammar(app.Flags)
	a, err := survey(app, own, args)
	c := chosen(app, a)
	switch {
	case a.has("help"), a.has("version"):
		return line{nameOf(c), a}, nil
	case err != nil:
		return line{}, err
	case c == nil:
		a, err = own.arrange(args)
		return line{"", a}, err
	}
	a, err = newGrammar(c.Flags).arrange(args)
	if err != nil {
		return line{}, err
	}
	// One of its options may take a value where another command's of the same
	// name does not, and have taken the command's name for it.
	if len(a.operands) == 0 || a.operands[0] != c.Name {
		return line{}, Usagef("want the options of %s behind it: %s %s [options]", c.Name, app.Name, c.Name)
	}
	a.operands = a.operands[1:]
	return line{c.Name, a}, nil
}

// survey reads a line with the options of the app, which are its own, and of
// all commands. It builds only what it takes: where the app's own and those of
// the command that they lead to know all that is in the line, those of other
// commands would change nothing. For that, what several have has to be that of
// the app in the last of them, or where the app has it not the same in all.
func survey(app *cli.App, own grammar, args []string) (arranged, error) {
	a, err := own.arrange(args)
	c := chosen(app, a)
	if c != nil {
		build(c)
		a, err = newGrammar(c.Flags, app.Flags).arrange(args)
	}
	if !a.unknown && chosen(app, a) == c {
		return a, err
	}
	build(app.Commands...)
	lists := [][]cli.Flag{app.Flags}
	for _, c := range app.Commands {
		lists = append(lists, c.Flags)
	}
	return newGrammar(lists...).arrange(args)
}

// chosen is the command that the first operand names, or nil; what stands
// behind "--" is never a command.
func chosen(app *cli.App, a arranged) *cli.Command {
	if a.free == 0 {
		return nil
	}
	return app.Command(a.operands[0])
}

func nameOf(c *cli.Command) string {
	if c == nil {
		return ""
	}
	return c.Name
}

// reword returns what turns the errors of package flag, which calls every
// option a flag and spells it with one dash, into the program's own.
func reword(options []cli.Flag) cli.OnUsageErrorFunc {
	return func(_ *cli.Context, err error, _ bool) error {
		text := err.Error()
		if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
			return unknown(options, dashed(name))
		}
		if typed, ok := strings.CutPrefix(text, "bad flag syntax: "); ok {
			name, _, _ := strings.Cut(typed, "=") // behind it may be a secret
			return unknown(options, name)
		}
		invalid := regexp.MustCompile(`(?s)^invalid (?:boolean )?value (".*") for (?:flag )?-(\S+): (.*)$`)
		if m := invalid.FindStringSubmatch(text); m != nil {
			return Usagef("option %s: %s is not valid: %s", dashed(m[2]), shown(options, m[2], m[1]), m[3])
		}
		return Usagef("%s", text)
	}
}

// unknown is the error of an option that is none of those there are.
func unknown(options []cli.Flag, typed string) error {
	var names []string
	for _, o := range options {
		names = append(names, o.Names()...)
	}
	if nearest := Nearest(strings.TrimLeft(typed, "-"), names); nearest != "" {
		return Usagef("unknown option %s; did you mean %s?", typed, dashed(nearest))
	}
	return Usagef("unknown option %s; see --help", typed)
}

// shown is a value, in quotes, as an error may tell it.
func shown(options []cli.Flag, name, quoted string) string {
	for _, o := range options {
		if g, ok := o.(*cli.GenericFlag); ok && g.Name == name {
			if _, secret := g.Value.(Secret); secret {
				return "what was given"
			}
		}
	}
	return quoted
}

func dashed(name string) string {
	name = strings.TrimLeft(name, "-")
	if len([]rune(name)) == 1 {
		return "-" + name
	}
	return "--" + name
}
