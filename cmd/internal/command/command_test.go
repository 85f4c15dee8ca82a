package command

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

// seen is what the actions of testApp saw.
type seen struct {
	Action   string
	All      bool
	Limit    int
	Operands []string
}

func testApp(got *seen) *cli.App {
	limit := &Int{N: 7, Min: 1, Max: 500}
	action := func(name string) cli.ActionFunc {
		return func(c *cli.Context) error {
			*got = seen{name, c.Bool("all"), limit.N, c.Args().Slice()}
			return nil
		}
	}
	all := &cli.BoolFlag{Name: "all", Aliases: []string{"a"}}
	return &cli.App{
		Name: "prog", Version: "1.2.3",
		Flags:  []cli.Flag{all, &cli.GenericFlag{Name: "limit", Aliases: []string{"l", "li-mit"}, Value: limit}},
		Action: action("root"),
		Commands: []*cli.Command{{
			Name: "serve", Action: action("serve"),
			Flags: []cli.Flag{all, &cli.StringFlag{Name: "dir", Aliases: []string{"d"}}},
		}},
	}
}

func TestRun(t *testing.T) {
	tests := []struct {
		args string
		want seen
	}{
		{"", seen{"root", false, 7, []string{}}},
		{"-al 100", seen{"root", true, 100, []string{}}},
		{"-al100", seen{"root", true, 100, []string{}}},
		{"BR -l=3 CN --all", seen{"root", true, 3, []string{"BR", "CN"}}},
		{"--limit 5 --li-mit=6", seen{"root", false, 6, []string{}}},
		{"-- -a serve", seen{"root", false, 7, []string{"-a", "serve"}}},
		{"-- serve -a", seen{"root", false, 7, []string{"serve", "-a"}}},
		{"-l 9 -- x", seen{"root", false, 9, []string{"x"}}},
		{"- x", seen{"root", false, 7, []string{"-", "x"}}},
		{"serve -d x -a y", seen{"serve", true, 7, []string{"y"}}},
		{"-d serve -a serve z", seen{"serve", true, 7, []string{"z"}}},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			var got seen
			app := testApp(&got)
			app.Writer, app.ErrWriter = t.Output(), t.Output()
			if code := Run(t.Context(), app, strings.Fields(tt.args)); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUsageErrors(t *testing.T) {
	tests := []struct{ args, want string }{
		{"-l", "prog: option -l needs a value\n"},
		{"--limit", "prog: option --limit needs a value\n"},
		{"-l 010", "prog: option --limit: \"010\" is not valid: want a whole number from 1 to 500\n"},
		{"-la 100", "prog: option --limit: \"a\" is not valid: want a whole number from 1 to 500\n"},
		{"-ax", "prog: unknown option -x; see --help\n"},
		{"--nope=3", "prog: unknown option --nope; see --help\n"},
		{"--all=perhaps", "prog: option --all: \"perhaps\" is not valid: parse error\n"},
		{"serve -l 3", "prog: unknown option -l; see --help\n"},
		{"serve --dir", "prog: option --dir needs a value\n"},
		{"--verison", "prog: unknown option --verison; did you mean --version?\n"}, //nolint:misspell // it is meant to be
		{"serve --hlep", "prog: unknown option --hlep; did you mean --help?\n"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			var out, errs bytes.Buffer
			app := testApp(&seen{})
			app.Writer, app.ErrWriter = &out, &errs
			if code := Run(t.Context(), app, strings.Fields(tt.args)); code != 2 {
				t.Errorf("exit code %d, want 2", code)
			}
			if errs.String() != tt.want || out.Len() > 0 {
				t.Errorf("stderr %q, want %q; stdout %q, want none", errs.String(), tt.want, out.String())
			}
		})
	}
}

func TestHelpAndVersionAnywhere(t *testing.T) {
	for args, want := range map[string]string{
		"-a -h":           "prog [global options]",
		"x y --help -l":   "prog [global options]",
		"serve -d x -h":   "prog serve",
		"--help serve":    "prog serve",
		"-aV":             "prog 1.2.3\n",
		"serve --version": "prog 1.2.3\n",
	} {
		t.Run(args, func(t *testing.T) {
			var out bytes.Buffer
			app := testApp(&seen{})
			app.Writer, app.ErrWriter = &out, t.Output()
			if code := Run(t.Context(), app, strings.Fields(args)); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(out.String(), want) {
				t.Errorf("output %q lacks %q", out.String(), want)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	tests := []struct {
		err  error
		code int
		line string
	}{
		{nil, 0, ""},
		{&Exit{Code: 1}, 1, ""},
		{fmt.Errorf("closing: %w", &Exit{3, errors.New("changed")}), 3, "prog: closing: changed\n"},
		{fmt.Errorf("code %q: %w", "BRA", Usagef("too long")), 2, "prog: code \"BRA\": too long\n"},
		{&Interrupt{syscall.SIGINT}, 130, "prog: interrupted by SIGINT\n"},
		{&Interrupt{syscall.SIGTERM}, 143, "prog: interrupted by SIGTERM\n"},
		{errors.New("https://me:secret@host/: gone"), 1, "prog: https://me:xxxxx@host/: gone\n"},
		{errors.New("one\ntwo\n"), 1, "prog: one; two\n"},
	}
	for _, tt := range tests {
		var errs bytes.Buffer
		if code := report(&errs, "prog", tt.err); code != tt.code || errs.String() != tt.line {
			t.Errorf("report(%v) = %d, %q; want %d, %q", tt.err, code, errs.String(), tt.code, tt.line)
		}
	}
}

func TestSeconds(t *testing.T) {
	v := &Seconds{Min: time.Millisecond}
	for s, want := range map[string]time.Duration{"3.1": 3100 * time.Millisecond, "1m30s": 90 * time.Second, ".5": time.Second / 2} {
		if err := v.Set(s); err != nil || v.D != want {
			t.Errorf("Set(%q) = %v, %v; want %v", s, v.D, err, want)
		}
	}
	for _, s := range []string{"", "0", "-1", "x", "1e3", "NaN"} {
		if err := v.Set(s); err == nil {
			t.Errorf("Set(%q) gave %v, want an error", s, v.D)
		}
	}
}

// Of two commands one may have an option with a value that the other has
// without. Before the command, the later one's meaning counts; where that
// takes the command itself for a value, it is said what was wanted.
func TestOptionsThatDiffer(t *testing.T) {
	for args, want := range map[string]string{
		"--json run":      "prog: want the options of run behind it: prog run [options]\n",
		"run --json":      "prog: option --json needs a value\n",
		"run --json x":    "run x\n",
		"list --json x":   "list true [x]\n",
		"--json list x":   "list true [x]\n",
		"--json -- run x": "prog: unknown option --json; see --help\n",
	} {
		t.Run(args, func(t *testing.T) {
			var out bytes.Buffer
			app := &cli.App{
				Name: "prog", Writer: &out, ErrWriter: &out, Flags: []cli.Flag{&cli.BoolFlag{Name: "all"}},
				Action: func(c *cli.Context) error { _, err := fmt.Fprintln(&out, "root", c.Args().Slice()); return err },
				Commands: []*cli.Command{
					{Name: "run", Flags: []cli.Flag{&cli.StringFlag{Name: "json"}},
						Action: func(c *cli.Context) error { _, err := fmt.Fprintln(&out, "run", c.String("json")); return err }},
					{Name: "list", Flags: []cli.Flag{&cli.BoolFlag{Name: "json"}},
						Action: func(c *cli.Context) error {
							_, err := fmt.Fprintln(&out, "list", c.Bool("json"), c.Args().Slice())
							return err
						}},
				},
			}
			Run(t.Context(), app, strings.Fields(args))
			if out.String() != want {
				t.Errorf("%q, want %q", out.String(), want)
			}
		})
	}
}

// FuzzArrange holds arrange to what it promises: nothing is lost, options
// come first, and to arrange what is arranged changes nothing.
func FuzzArrange(f *testing.F) {
	for _, s := range []string{"-al 100 BR", "BR -- -l 3", "-l", "--limit=3 x -a", "-aé -=", "--=x", "-l --"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		app := testApp(&seen{})
		g := newGrammar(app.Flags)
		once, err := g.arrange(strings.Split(s, " "))
		if err != nil {
			return
		}
		words := once.words()
		twice, err := g.arrange(words)
		if err != nil {
			t.Fatalf("%q: arranging %q again: %v", s, words, err)
		}
		if again := twice.words(); !slices.Equal(words, again) {
			t.Errorf("%q: arranged once %q, twice %q", s, words, again)
		}
		letters := func(words []string) int {
			return len(strings.NewReplacer("-", "", "=", "").Replace(strings.Join(words, "")))
		}
		if got := letters(once.operands); got > letters(strings.Split(s, " ")) {
			t.Errorf("%q: operands %q out of nowhere", s, once.operands)
		}
	})
}
