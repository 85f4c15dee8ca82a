package main

import (
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/flags"
	"getflags/flags/flagserver"
)

func newList() *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "print the available codes with their countries' names",
		UsageText: "flags list",
		Action:    list,
	}
}

// list prints a line for each available flag: code, tab, name.
func list(c *cli.Context) error {
	if c.Args().Present() {
		return command.Usagef("list takes no arguments, but got %q", c.Args().First())
	}
	for _, code := range flags.Available() {
		data, err := fs.ReadFile(flagserver.Set(), code.Lower()+"/metadata.json")
		if err != nil {
			return err
		}
		m, err := flags.DecodeMetadata(data)
		if err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
		fmt.Fprintf(c.App.Writer, "%s\t%s\n", code, m.Country)
	}
	return nil
}
