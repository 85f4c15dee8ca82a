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

// A Form is one in which results R can be written to a file, which an option
// names.
type Form[R any] struct {
	Name, Usage string // of the option
	// Extensions are those that the file's name may have. Without any it may
	// have each name, and - for standard output.
	Extensions []string
	// Make puts results into the form that goes with one of the Extensions.
	Make func(results R, extension string) ([]byte, error)
}

// Documents are the files that a command writes its results R to, in several
// forms.
type Documents[R any] []*document[R]

type document[R any] struct {
	Form[R]
	file   string // its name; "" if it is not wanted
	target *outfile.File
}

// NewDocuments are documents in some forms, none of them wanted yet.
func NewDocuments[R any](forms []Form[R]) (all Documents[R]) {
	for _, f := range forms {
		all = append(all, &document[R]{Form: f})
	}
	return all
}

// Flags are all options of the group.
func (all Documents[R]) Flags() (flags []cli.Flag) {
	for _, d := range all {
		flags = append(flags, &cli.StringFlag{Name: d.Name, Destination: &d.file, Usage: d.Usage})
	}
	return flags
}

// Wants reports whether results are wanted in a form.
func (all Documents[R]) Wants(name string) bool {
	return slices.ContainsFunc(all, func(d *document[R]) bool { return d.Name == name && d.file != "" })
}

// OnStdout reports whether one of the files is standard output.
func (all Documents[R]) OnStdout() bool { return slices.ContainsFunc(all, (*document[R]).onStdout) }

func (d *document[R]) onStdout() bool { return len(d.Extensions) == 0 && d.file == "-" }

// Check refuses what makes no sense.
func (all Documents[R]) Check() error {
	var names []string // of options that can name standard output
	dashes := 0
	for _, d := range all {
		switch {
		case len(d.Extensions) == 0:
			names = append(names, "--"+d.Name)
		case d.file != "" && !slices.Contains(d.Extensions, d.extension()):
			return command.Usagef("--%s %q: want a name that ends in %s", d.Name, d.file, strings.Join(d.Extensions, " or "))
		}
		if len(d.Extensions) == 0 && d.file == "/dev/stdout" {
			d.file = "-"
		}
		if d.onStdout() {
			dashes++
		}
	}
	if dashes > 1 {
		last := len(names) - 1
		return command.Usagef("only one of %s and %s can be on standard output", strings.Join(names[:last], ", "), names[last])
	}
	return nil
}

func (d *document[R]) extension() string { return strings.ToLower(filepath.Ext(d.file)) }

// Open tries all the files, before anything is measured.
func (all Documents[R]) Open(c *cli.Context) (err error) {
	taken := map[string]bool{}
	for _, d := range all {
		if d.file == "" || d.onStdout() {
			continue
		}
		if taken[d.file] {
			all.Close()
			return command.Usagef("%s cannot be two things at once", d.file)
		}
		taken[d.file] = true
		if d.target, err = outfile.Open(c, d.file); err != nil {
			all.Close()
			return err
		}
	}
	return nil
}

// Close leaves files as they were that were not written.
func (all Documents[R]) Close() {
	for _, d := range all {
		d.target.Close()
	}
}

// Write writes the files that were asked for.
func (all Documents[R]) Write(c *cli.Context, results R) error {
	var errs []error
	for _, d := range all {
		if d.file != "" {
			errs = append(errs, d.write(c, results))
		}
	}
	return errors.Join(errs...)
}

// write writes the document whole, or not at all.
func (d *document[R]) write(c *cli.Context, results R) error {
	data, err := d.Make(results, d.extension())
	if err != nil {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	if d.onStdout() {
		_, err = c.App.Writer.Write(data)
		return err
	}
	return d.target.Put(data)
}
