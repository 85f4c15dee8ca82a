package command

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

// laterApp has commands whose options are built when they are named, and
// appended to built then.
func laterApp(built *[]string) *cli.App {
	limit := func() cli.Flag { return &cli.StringFlag{Name: "limit", Aliases: []string{"l"}} }
	later := func(name string, options ...cli.Flag) *cli.Command {
		return &cli.Command{Name: name, Action: func(*cli.Context) error { return nil }, Flags: WhenNamed(func() []cli.Flag {
			*built = append(*built, name)
			return options
		})}
	}
	return &cli.App{
		Name: "prog", Version: "1.2.3",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "all", Aliases: []string{"a"}}, &cli.BoolFlag{Name: "json"}, limit()},
		Action: func(*cli.Context) error { return nil },
		Commands: []*cli.Command{
			later("run", &cli.StringFlag{Name: "json"}, limit(), &cli.StringFlag{Name: "dir", Aliases: []string{"d"}}),
			later("list", &cli.BoolFlag{Name: "json"}, &cli.BoolFlag{Name: "brief", Aliases: []string{"b"}}),
		},
	}
}

func TestOptionsAreBuiltWhenNamed(t *testing.T) {
	for args, want := range map[string][]string{
		"":                 nil,
		"-al 3 BR --json":  nil,
		"--version":        nil,
		"--help":           nil,
		"-l":               nil,
		"-- run -d x":      nil, // behind "--" nothing is a command
		"-l run BR":        nil, // here it is a value
		"run -d x -l 3":    {"run"},
		"-al 3 run -d x":   {"run"},
		"list -b --json":   {"list"},
		"list --help":      {"list"},
		"run --json --all": {"run"},
		"-d x run":         {"run", "list"}, // whose is -d?
		"--nope":           {"run", "list"},
	} {
		t.Run(args, func(t *testing.T) {
			var built []string
			app := laterApp(&built)
			app.Writer, app.ErrWriter = t.Output(), t.Output()
			Run(t.Context(), app, strings.Fields(args))
			slices.Sort(built)
			want = slices.Sorted(slices.Values(want))
			if diff := cmp.Diff(want, built); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is read of a line does not depend on which options were built for it:
// thousands of lines, drawn from all that an app knows.
func TestOptionsOfOthersChangeNothing(t *testing.T) {
	words := strings.Fields("run list BR 3 -a -l -al -l3 --limit --limit=3 --json --json=x -d -d=x --dir -b -ab --brief --nope -x - -- -h --help -aV --version")
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var args []string
		for range random.IntN(6) {
			args = append(args, words[random.IntN(len(words))])
		}
		var built []string
		app := laterApp(&built)
		settle(app)
		got := meaning(app, args, func() (arranged, error) { return survey(app, newGrammar(app.Flags), args) })
		want := meaning(app, args, func() (arranged, error) {
			build(app.Commands...)
			return newGrammar(app.Flags, app.Commands[0].Flags, app.Commands[1].Flags).arrange(args)
		})
		if got != want {
			t.Fatalf("%q: %s with the options of %q, %s with all", args, got, built, want)
		}
	}
}

// meaning is what parse takes from a survey.
func meaning(app *cli.App, args []string, survey func() (arranged, error)) string {
	a, err := survey()
	return fmt.Sprintf("command %q, help %t, version %t, error %v", nameOf(chosen(app, a)), a.has("help"), a.has("version"), err)
}
