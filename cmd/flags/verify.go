package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/flags/mirror"
	"getflags/internal/visible"
)

func newVerify() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check a mirror against its manifest, offline",
		UsageText: "flags verify DIR",
		Description: `Prints a line for each file that is missing, changed, or unknown to the manifest,
and exits with 1 if there are any.`,
		Action: verify,
	}
}

func verify(c *cli.Context) error {
	if c.NArg() != 1 {
		return command.Usagef("verify takes one directory, but got %d", c.NArg())
	}
	files, faults, err := mirror.Verify(c.Context, c.Args().First())
	for _, f := range faults {
		fmt.Fprintln(c.App.Writer, visible.Text(f.String()))
	}
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		fmt.Fprintf(c.App.Writer, "%s in the manifest; %s.\n", ui.Plural(files, "file"), ui.Plural(len(faults), "problem"))
		return &command.Exit{Code: 1}
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s in the manifest; all as they should be.\n", ui.Plural(files, "file"))
	return err
}
