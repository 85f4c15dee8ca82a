package main

import (
	"bufio"
	"strings"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/cmd/mojifinder/charindex"
)

const description = `Prints the characters whose names have all the words, in any order and any
case; hyphens separate words:

   mojifinder cat face
   mojifinder chess-king turned

The words web and tcp, standing first, are commands. To look for them as words,
put -- before them: mojifinder -- web

The exit code is 0 even if nothing is found, 1 if something fails, and 2 for a
mistake in the command line, which it is to give no words.`

func newApp() *cli.App {
	return &cli.App{
		Name:        "mojifinder",
		Usage:       "find characters by their Unicode names (" + charindex.UnicodeVersion + ")",
		UsageText:   "mojifinder WORD ...\nmojifinder web [options]\nmojifinder tcp [options]",
		Description: description,
		Version:     command.Version,
		Commands:    []*cli.Command{webCommand(), tcpCommand()},
		Action:      find,
	}
}

// find answers one query. For one it is faster to read all names than to
// build the index.
func find(c *cli.Context) error {
	query := strings.Join(c.Args().Slice(), " ")
	if len(charindex.Words(query)) == 0 {
		return command.Usagef("give one or more words to search for, such as: mojifinder cat face")
	}
	out := bufio.NewWriterSize(c.App.Writer, 64<<10)
	if err := charindex.Search(query).Report(out, "\n"); err != nil {
		return err
	}
	return out.Flush()
}
