package command

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// option is what arrange has to know of an option to find its value.
type option struct {
	name       string // the spelling handed on to cli
	takesValue bool
}

// grammar maps every spelling of an option, without dashes, to the option.
// Options without a value and options with one are told apart by it alone,
// so commands of one app must agree on what takes a value.
type grammar map[string]option

func newGrammar(lists ...[]cli.Flag) grammar {
	g := grammar{}
	for _, f := range slices.Concat(lists...) {
		doc, ok := f.(cli.DocGenerationFlag)
		names := f.Names() // cli takes its time to find them
		o := option{name: names[0], takesValue: ok && doc.TakesValue()}
		for _, name := range names {
			g[name] = o
		}
	}
	return g
}

// arranged is a command line taken apart.
type arranged struct {
	options  []string // "--name" and "--name=value", in the order given
	operands []string // all the rest, in the order given
	// free is how many operands stood before "--": those behind it are
	// never taken for a command.
	free int
	// unknown says that among the options there is one that is not known.
	unknown bool
}

// words puts the options first, as cli wants them, and keeps operands from
// being read as options.
func (a arranged) words() []string {
	return slices.Concat(a.options, []string{"--"}, a.operands)
}

// has reports whether the option of that canonical name was given.
func (a arranged) has(name string) bool {
	return slices.ContainsFunc(a.options, func(o string) bool {
		o, _, _ = strings.Cut(o, "=")
		return o == "--"+name
	})
}

// arrange sorts arguments into options and operands by the rules of
// getopt_long: options may stand anywhere, "--" ends them, "-al100" is -a and
// -l 100, "-m 5", "-m5", "--max-req 5" and "--max-req=5" are the same. What
// it does not know it hands on as it stands, for cli to refuse.
func (g grammar) arrange(args []string) (arranged, error) {
	var a arranged
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var err error
		switch {
		case arg == "--":
			a.operands = append(a.operands, args...)
			return a, nil
		case strings.HasPrefix(arg, "--"):
			args, err = g.long(&a, arg, args)
		case len(arg) > 1 && arg[0] == '-':
			args, err = g.short(&a, arg[1:], args)
		default:
			a.operands = append(a.operands, arg)
			a.free++
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

// long takes one "--name", "--name=value" or "--name value", and returns the
// arguments left over.
func (g grammar) long(a *arranged, arg string, rest []string) ([]string, error) {
	name, value, given := strings.Cut(arg[2:], "=")
	o, known := g[name]
	switch {
	case !known:
		a.unknown = true
		a.options = append(a.options, arg)
		return rest, nil
	case given:
		a.options = append(a.options, "--"+o.name+"="+value)
		return rest, nil
	case !o.takesValue:
		a.options = append(a.options, "--"+o.name)
		return rest, nil
	}
	return a.valued(o, arg, rest)
}

// short takes a cluster of one-letter options, "al100" of "-al100", the last
// of which may take the rest of the word or the next word as its value.
func (g grammar) short(a *arranged, cluster string, rest []string) ([]string, error) {
	for cluster != "" {
		_, width := utf8.DecodeRuneInString(cluster)
		letter := cluster[:width]
		cluster = cluster[width:]
		o, known := g[letter]
		switch {
		case !known:
			a.unknown = true
			a.options = append(a.options, "-"+letter)
		case !o.takesValue:
			a.options = append(a.options, "--"+o.name)
		case cluster != "":
			a.options = append(a.options, "--"+o.name+"="+strings.TrimPrefix(cluster, "="))
			return rest, nil
		default:
			return a.valued(o, "-"+letter, rest)
		}
	}
	return rest, nil
}

// valued takes the next word as the option's value, whatever it looks like.
func (a *arranged) valued(o option, typed string, rest []string) ([]string, error) {
	if len(rest) == 0 {
		return nil, Usagef("option %s needs a value", typed)
	}
	a.options = append(a.options, "--"+o.name+"="+rest[0])
	return rest[1:], nil
}
