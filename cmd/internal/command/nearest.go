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

// Nearest is the word that somebody may have meant who typed another: the one
// that takes the fewest letters to be put in, taken out or replaced, in any case.
// It is "" if each takes more than a third of what was typed, or that is shorter
// than three letters.
func Nearest(typed string, words []string) (nearest string) {
	n := len([]rune(typed))
	if n < 3 {
		return ""
	}
	least := (n+1)/3 + 1
	for _, word := range words {
		if d := distance(strings.ToLower(typed), strings.ToLower(word)); d < least {
			nearest, least = word, d
		}
	}
	return nearest
}

// distance is the edit distance of Levenshtein, in runes.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1) // of what from so far becomes each beginning of to
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			replaced := diagonal
			if r != s {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
