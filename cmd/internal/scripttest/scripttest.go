// Package scripttest has the commands that the scripts of all programs share.
package scripttest

import (
	"context"
	"errors"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
)

// A Command is what [testscript.Params] takes as one.
type Command = func(ts *testscript.TestScript, neg bool, args []string)

// Exit is the command
//
//	exit CODE CMD ARG...
//
// which runs a command that is to end with that exit code. With 2, a mistake in
// the command line, it is the program's own, and run in the test's process, which
// is faster.
func Exit(newApp func() *cli.App) Command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: exit CODE CMD ARG...")
		}
		if args[0] == "2" {
			WantCode(ts, runHere(ts, newApp(), args[2:]), args[0])
			return
		}
		err := ts.Exec(args[1], args[2:]...)
		code := 0
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			code = failed.ExitCode()
		} else {
			ts.Check(err)
		}
		WantCode(ts, code, args[0])
	}
}

// Run is the command
//
//	run ARG...
//
// which runs the program in the test's process: faster than exec, and for command
// lines that touch no file.
func Run(newApp func() *cli.App) Command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if code := runHere(ts, newApp(), args); neg != (code != 0) {
			ts.Fatalf("exit code %d", code)
		}
	}
}

func runHere(ts *testscript.TestScript, app *cli.App, args []string) int {
	app.Writer, app.ErrWriter = ts.Stdout(), ts.Stderr()
	return command.Run(context.Background(), app, args)
}

// WantCode fails the script if an exit code is not the one wanted.
func WantCode(ts *testscript.TestScript, got int, want string) {
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}
