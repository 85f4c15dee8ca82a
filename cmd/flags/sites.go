package main

import (
	"cmp"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/flags"
)

func newSites() *cli.Command {
	return &cli.Command{
		Name:      "sites",
		Usage:     "print the sites that have a label",
		UsageText: "flags sites",
		Description: `A site is given to -s by its label, in any case; by the base URL under which are
{cc}/{cc}.gif and {cc}/metadata.json; or by the template of its images' URLs, in
which {cc} stands for the code and {CC} for the code in upper case. Public sites
are asked politely: their caps bound -m and --rate unless --no-cap is given.`,
		Action: sites,
	}
}

// sites prints a line for each site: label, URL, cap, catalogue of names.
func sites(c *cli.Context) error {
	if c.Args().Present() {
		return command.Usagef("sites takes no arguments, but got %q", c.Args().First())
	}
	w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LABEL\tURL\tCAP\tNAMES")
	for _, site := range flags.Sites() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", site.Label, site.URL(), politeness(site), cmp.Or(site.Names, "in metadata.json"))
	}
	return w.Flush()
}

func politeness(site flags.Site) string {
	if site.MaxRequests == 0 {
		return "-"
	}
	return fmt.Sprintf("-m %d, %g/s", site.MaxRequests, site.Rate)
}
