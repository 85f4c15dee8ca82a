package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/outfile"
	"getflags/cmd/flags/internal/ui"
	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/gallery"
	"getflags/flags/mirror"
	"getflags/internal/wholefile"
)

func newGallery() *cli.Command {
	var output string
	return &cli.Command{
		Name:      "gallery",
		Usage:     "make a contact sheet of the flags in a directory",
		UsageText: "flags gallery [-o FILE] DIR",
		Description: `Writes one page that needs nothing else: every picture in DIR, be it of a mirror or
of downloads, with its country and code, and a box to search in.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Destination: &output, DefaultText: "DIR/" + gallery.Name,
				Usage: "write the page to `FILE`; - is standard output"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return command.Usagef("gallery takes one directory, but got %d", c.NArg())
			}
			return makeGallery(c, c.Args().First(), output)
		},
	}
}

func makeGallery(c *cli.Context, dir, output string) error {
	if err := mirror.CheckDir(dir); err != nil {
		return fmt.Errorf("gallery of %w", err)
	}
	if output == "" {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("gallery of %q: %w", dir, wholefile.Cause(err))
		}
		if err := options.CheckReplaceable(dir); err != nil {
			return err
		}
		output = filepath.Join(dir, gallery.Name)
	}
	out, err := outfile.Open(c, output)
	if err != nil {
		return err
	}
	defer out.Close()
	found, skipped, err := gallery.Scan(dir)
	if err != nil {
		return err
	}
	ui.Note(c.App, ui.LeftOut(skipped)...)
	if len(found) == 0 {
		return fmt.Errorf("gallery of %q: no flags there; want pictures such as Brazil.gif or br/br.gif", dir)
	}
	data, err := gallery.Sheet{Note: ui.Plural(len(found), "flag") + " in " + dir, Flags: found}.Encode()
	if err != nil {
		return err
	}
	onStdout := out.OnStdout()
	if err := out.Put(data); err != nil || onStdout {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s in %s.\n", ui.Plural(len(found), "flag"), output)
	return err
}

// writeGallery writes the contact sheet of what a download has saved in a
// directory of that name.
func writeGallery(ctx context.Context, dir *downloader.Dir, name string, site flags.Site, saved []flags.Result) error {
	sheet, err := gallery.Of(name, saved)
	if err != nil {
		return err
	}
	sheet.Note = ui.Plural(len(saved), "flag") + " from " + site.URL()
	data, err := sheet.Encode()
	if err != nil {
		return err
	}
	return dir.Put(ctx, []downloader.File{{Name: gallery.Name, Data: data}})
}

// updateGallery writes the contact sheet of a mirror after a run.
func updateGallery(copied *mirror.Mirror, dir string, r *ui.Report, altered []mirror.Change) error {
	found, skipped, err := gallery.Scan(dir)
	if err != nil {
		return err
	}
	for _, note := range ui.LeftOut(skipped) {
		r.Note("gallery: " + note)
	}
	sheet := gallery.Sheet{Note: fmt.Sprintf("Mirror of %s: %s", copied.Site(), ui.Plural(len(found), "flag")), Flags: mirror.Mark(found, altered)}
	data, err := sheet.Encode()
	if err != nil {
		return err
	}
	return copied.SavePage(data)
}
