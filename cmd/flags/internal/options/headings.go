package options

import (
	"slices"

	"github.com/urfave/cli/v2"
)

// The headings of the help. Options without one are the common ones.
const (
	siteHeading        = "Site and names"
	codesHeading       = "Codes"
	OutputHeading      = "Files and output"
	networkHeading     = "Network"
	observationHeading = "Observation"
)

// Join joins lists of options in the order of the help: first the common ones,
// which have no category, then category by category.
func Join(lists ...[]cli.Flag) []cli.Flag {
	all := slices.Concat(lists...)
	var headings []string
	for _, f := range all {
		if h := heading(f); h != "" && !slices.Contains(headings, h) {
			headings = append(headings, h)
		}
	}
	place := func(f cli.Flag) int { return slices.Index(headings, heading(f)) } // -1 without a heading
	slices.SortStableFunc(all, func(a, b cli.Flag) int { return place(a) - place(b) })
	return all
}

func heading(f cli.Flag) string {
	if c, ok := f.(cli.CategorizableFlag); ok {
		return c.GetCategory()
	}
	return ""
}

// under puts options under a heading.
func under(heading string, list ...cli.Flag) []cli.Flag {
	for _, f := range list {
		switch f := f.(type) {
		case *cli.BoolFlag:
			f.Category = heading
		case *cli.StringFlag:
			f.Category = heading
		case *cli.GenericFlag:
			f.Category = heading
		}
	}
	return list
}
