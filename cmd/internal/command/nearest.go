package command

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// commandNames is where an app's metadata have the names of its commands.
const commandNames = "command names"

// rememberCommands keeps the names of the commands for [NearestCommand], if no command
// was named.
func rememberCommands(app *cli.App) {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	app.Metadata = map[string]any{commandNames: names}
}

// NearestCommand is the command that an operand may have been meant to be, see
// [Nearest]; "" if the command line names a command.
func NearestCommand(c *cli.Context, operand string) string {
	names, _ := c.App.Metadata[commandNames].([]string)
	return Nearest(operand, names)
}

// Nearest returns the word that somebody probably meant who typed another one: the
// one that needs the fewest edits, in any case of letters. An edit inserts, deletes
// or replaces a letter, or swaps two neighbours. Nearest returns "" if all words need
// more edits than a third of the letters typed, or if fewer than three were typed.
func Nearest(typed string, words []string) (nearest string) {
	n := len([]rune(typed))
	if n < 3 {
		return ""
	}
	least := (n+1)/3 + 1
	for _, word := range words {
		if d := edits(strings.ToLower(typed), strings.ToLower(word)); d < least {
			nearest, least = word, d
		}
	}
	return nearest
}

// edits counts the edits that turn a into b, in runes; no letter is edited twice
// ("optimal string alignment").
func edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	var above []int // the row of two letters before
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		above, row = row, nextRow(above, row, from[:i+1], to)
	}
	return row[len(to)]
}

// nextRow returns the edits that turn from into each beginning of to, by the rows
// of from without its last two letters, and without its last.
func nextRow(above, row []int, from, to []rune) []int {
	i := len(from)
	next := make([]int, len(to)+1)
	next[0] = i
	for j := 1; j <= len(to); j++ {
		replaced := row[j-1]
		if from[i-1] != to[j-1] {
			replaced++
		}
		next[j] = min(replaced, row[j]+1, next[j-1]+1)
		if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
			next[j] = min(next[j], above[j-2]+1)
		}
	}
	return next
}
