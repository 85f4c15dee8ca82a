package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/target"
	"getflags/cmd/internal/command"
)

// outputs are the files that a bench writes.
type outputs struct {
	json, csv, markdown, plot string
	targets                   map[string]*target.Target
}

func (o *outputs) options() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "json", Destination: &o.json, Usage: "write the results to `FILE` as JSON"},
		&cli.StringFlag{Name: "csv", Destination: &o.csv, Usage: "write the results to `FILE` as comma-separated values"},
		&cli.StringFlag{Name: "markdown", Destination: &o.markdown, Usage: "write the report to `FILE` as Markdown"},
		&cli.StringFlag{Name: "plot", Destination: &o.plot, Usage: "draw time against m into `FILE`, .svg or .png"},
	}
}

// files are the names given, but for standard output.
func (o *outputs) files() []string {
	return slices.DeleteFunc([]string{o.json, o.csv, o.markdown, o.plot}, func(name string) bool { return name == "" || name == "-" })
}

func (o *outputs) onStdout() bool {
	return slices.Contains([]string{o.json, o.csv, o.markdown}, "-")
}

// check refuses what makes no sense.
func (o *outputs) check() error {
	if ext := strings.ToLower(filepath.Ext(o.plot)); o.plot != "" && ext != ".svg" && ext != ".png" {
		return command.Usagef("--plot %q: want a name that ends in .svg or .png", o.plot)
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

// open tries all the files, before anything is measured.
func (o *outputs) open(c *cli.Context) error {
	o.targets = map[string]*target.Target{}
	for _, name := range o.files() {
		if o.targets[name] != nil {
			return command.Usagef("%s cannot be two things at once", name)
		}
		t, err := target.Open(c, name)
		if err != nil {
			o.close()
			return err
		}
		o.targets[name] = t
	}
	return nil
}

func (o *outputs) close() {
	for _, t := range o.targets {
		t.Close()
	}
}

// document is what can be written in all the forms.
type document interface {
	Text() string
	Markdown() string
	JSON() ([]byte, error)
	CSV() ([]byte, error)
	Plot(format string) ([]byte, error)
}

// write writes the files that were asked for, and the report unless one of
// them takes its place.
func (o *outputs) write(c *cli.Context, d document, quiet bool) error {
	if !quiet && !o.onStdout() {
		fmt.Fprint(c.App.Writer, d.Text())
	}
	text := func() ([]byte, error) { return []byte(d.Markdown()), nil }
	plot := func() ([]byte, error) { return d.Plot(strings.ToLower(filepath.Ext(o.plot))) }
	return errors.Join(o.put(c, o.json, d.JSON), o.put(c, o.csv, d.CSV), o.put(c, o.markdown, text), o.put(c, o.plot, plot))
}

// put writes one of the forms whole, or not at all.
func (o *outputs) put(c *cli.Context, name string, make func() ([]byte, error)) error {
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
