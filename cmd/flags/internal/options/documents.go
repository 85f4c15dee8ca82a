package options

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/outfile"
	"getflags/cmd/internal/command"
)

// Documents are the files that a command writes its results to, in several forms.
type Documents struct {
	Plot string // the name of its file; "" for none

	json, csv, markdown string
	targets             map[string]*outfile.File
}

// Flags are all options of the group.
func (o *Documents) Flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "json", Destination: &o.json, Usage: "write the results to `FILE` as JSON"},
		&cli.StringFlag{Name: "csv", Destination: &o.csv, Usage: "write the results to `FILE` as comma-separated values"},
		&cli.StringFlag{Name: "markdown", Destination: &o.markdown, Usage: "write the report to `FILE` as Markdown"},
		&cli.StringFlag{Name: "plot", Destination: &o.Plot, Usage: "draw time against m into `FILE`, .svg or .png"},
	}
}

// files are the names given, but for standard output.
func (o *Documents) files() []string {
	return slices.DeleteFunc([]string{o.json, o.csv, o.markdown, o.Plot}, func(name string) bool { return name == "" || name == "-" })
}

// OnStdout reports whether one of the files is standard output.
func (o *Documents) OnStdout() bool {
	return slices.Contains([]string{o.json, o.csv, o.markdown}, "-")
}

// Check refuses what makes no sense.
func (o *Documents) Check() error {
	if ext := strings.ToLower(filepath.Ext(o.Plot)); o.Plot != "" && ext != ".svg" && ext != ".png" {
		return command.Usagef("--plot %q: want a name that ends in .svg or .png", o.Plot)
	}
	dashes := 0
	for _, name := range []*string{&o.json, &o.csv, &o.markdown} {
		if *name == "/dev/stdout" {
			*name = "-"
		}
		if *name == "-" {
			dashes++
		}
	}
	if dashes > 1 {
		return command.Usagef("only one of --json, --csv and --markdown can be on standard output")
	}
	return nil
}

// Open tries all the files, before anything is measured.
func (o *Documents) Open(c *cli.Context) error {
	o.targets = map[string]*outfile.File{}
	for _, name := range o.files() {
		if o.targets[name] != nil {
			return command.Usagef("%s cannot be two things at once", name)
		}
		t, err := outfile.Open(c, name)
		if err != nil {
			o.Close()
			return err
		}
		o.targets[name] = t
	}
	return nil
}

// Close leaves files as they were that were not written.
func (o *Documents) Close() {
	for _, t := range o.targets {
		t.Close()
	}
}

// A Document is what can be written in all the forms.
type Document interface {
	Text() string
	Markdown() string
	JSON() ([]byte, error)
	CSV() ([]byte, error)
	Plot(format string) ([]byte, error)
}

// Write writes the files that were asked for, and the report unless one of
// them takes its place.
func (o *Documents) Write(c *cli.Context, d Document, quiet bool) error {
	if !quiet && !o.OnStdout() {
		fmt.Fprint(c.App.Writer, d.Text())
	}
	text := func() ([]byte, error) { return []byte(d.Markdown()), nil }
	plot := func() ([]byte, error) { return d.Plot(strings.ToLower(filepath.Ext(o.Plot))) }
	return errors.Join(o.put(c, o.json, d.JSON), o.put(c, o.csv, d.CSV), o.put(c, o.markdown, text), o.put(c, o.Plot, plot))
}

// put writes one of the forms whole, or not at all.
func (o *Documents) put(c *cli.Context, name string, make func() ([]byte, error)) error {
	if name == "" {
		return nil
	}
	data, err := make()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if name == "-" {
		_, err = c.App.Writer.Write(data)
		return err
	}
	return o.targets[name].Put(data)
}
