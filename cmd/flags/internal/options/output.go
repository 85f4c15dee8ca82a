package options

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/flags/gallery"
)

// Output says where files go, and what is printed.
type Output struct {
	Dir     string // by default what it is before the command line is read
	Verbose bool
	Quiet   bool
	JSON    bool
	Gallery bool
}

// Flags are all options of the group.
func (o *Output) Flags() []cli.Flag {
	dir := &cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: o.Dir, Destination: &o.Dir, Usage: "save the flags in `DIR`"}
	if o.Dir == "" {
		dir.DefaultText = "none"
	}
	return append(under(OutputHeading,
		&cli.BoolFlag{Name: "gallery", Destination: &o.Gallery,
			Usage: "write a contact sheet of the flags, index.html, into DIR"},
	), dir,
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Destination: &o.Verbose,
			Usage: "print a line for every flag instead of the progress bar"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &o.Quiet,
			Usage: "print errors only"},
		&cli.BoolFlag{Name: "json", Destination: &o.JSON,
			Usage: "print a JSON object per flag, and a summary, instead of the report"})
}

// Check refuses what makes no sense.
func (o *Output) Check() error {
	if o.JSON && o.Verbose {
		return command.Usagef("--json and --verbose exclude each other")
	}
	return nil
}

// CheckGallery refuses a gallery that would replace another page.
func (o *Output) CheckGallery() error {
	if !o.Gallery {
		return nil
	}
	return CheckReplaceable(o.Dir)
}

// CheckReplaceable refuses to replace a page in a directory that is not a
// gallery, and says what can be done.
func CheckReplaceable(dir string) error {
	err := gallery.CheckReplaceable(dir)
	var foreign *gallery.ForeignError
	switch {
	case !errors.As(err, &foreign):
		return err
	case foreign.Err != nil:
		return fmt.Errorf("%w; move it away, or make a gallery elsewhere with 'flags gallery -o FILE'", err)
	}
	return fmt.Errorf("%w; move it away, or make one elsewhere with 'flags gallery -o FILE'", err)
}
