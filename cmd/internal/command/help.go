package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpFlag is an app's own: cli's is one variable for all apps of a process,
// and written to by each.
func helpFlag() cli.Flag {
	return &cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show help"}
}

// withHelp puts options that all programs have behind the common ones of a list,
// which are those without a category.
func withHelp(list []cli.Flag, common ...cli.Flag) []cli.Flag {
	i := slices.IndexFunc(list, func(f cli.Flag) bool {
		c, ok := f.(cli.CategorizableFlag)
		return ok && c.GetCategory() != ""
	})
	if i < 0 {
		i = len(list)
	}
	return slices.Insert(list, i, common...)
}

// groupHelp has the help of an app and its commands show options in their own
// order, with a heading where the category changes. Left alone, cli sorts both
// by their names.
func groupHelp(app *cli.App) {
	const sorted = `{{template "visibleFlagCategoryTemplate" .}}`
	const grouped = `{{$last := ""}}{{range .VisibleFlags}}{{if ne .GetCategory $last}}{{$last = .GetCategory}}

   {{$last}}:{{end}}
   {{wrap .String 6}}{{end}}`
	app.CustomAppHelpTemplate = strings.Replace(cli.AppHelpTemplate, sorted, grouped, 1)
	for _, c := range app.Commands {
		c.CustomHelpTemplate = strings.Replace(cli.CommandHelpTemplate, sorted, grouped, 1)
	}
}
