package bench

import (
	"fmt"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/ui"
)

// roundsOf says how many rounds there were, and whether they are too few.
func roundsOf(n int) string {
	text := ui.Plural(n, "round")
	if n < figures.MinValues {
		text += fmt.Sprintf(" (an interval takes at least %d)", figures.MinValues)
	}
	return text
}

// ratioCell is a ratio, which may be unknown, in a table.
func ratioCell(e *figures.Estimate) string {
	switch {
	case e == nil:
		return "?"
	case e.ByChance():
		return "~ " + e.String()
	}
	return e.String()
}

// chanceNote explains the sign of a ratio that may be 1.
const chanceNote = "~ no difference that these rounds could tell from chance.\n"
