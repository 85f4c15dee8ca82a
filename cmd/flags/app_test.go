package main

import (
	"testing"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
)

// Where options stand before the command, what is a value and what an operand
// is told without the options of other commands: that takes that an option of
// several is in the last of them what it is in the program, or the same in all.
func TestOptionsAgree(t *testing.T) {
	app := newApp()
	own := takesValue(app.Flags)
	last := map[string]bool{}
	for _, c := range app.Commands {
		for name, takes := range takesValue(command.Options(c)) {
			if before, ok := last[name]; ok && before != takes {
				if _, known := own[name]; !known {
					t.Errorf("option %q of %s: a value %t, of one before it %t", name, c.Name, takes, before)
				}
			}
			last[name] = takes
		}
	}
	for name, takes := range own {
		if of, ok := last[name]; ok && of != takes {
			t.Errorf("option %q of the program: a value %t, of the last command that has it %t", name, takes, of)
		}
	}
}

func takesValue(options []cli.Flag) map[string]bool {
	takes := map[string]bool{}
	for _, o := range options {
		for _, name := range o.Names() {
			takes[name] = o.(cli.DocGenerationFlag).TakesValue()
		}
	}
	return takes
}
