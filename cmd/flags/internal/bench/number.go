package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"getflags/cmd/flags/internal/ui"
)

// String writes an estimate with its interval, as "2.06 (2.04–2.11)", with no
// more digits than that supports: half its width has one, or two if the first
// is 1. More than three digits of the median nobody needs. Without an interval
// it is "2.1 ±?".
func (e Estimate) String() string {
	switch half := (e.High - e.Low) / 2; {
	case !e.Known():
		return significant(e.Median, 2) + " ±?"
	case half == 0:
		return significant(e.Median, 3) + " ±0"
	default:
		n := min(decimalsOf(half), decimalsFor(e.High*1.0005, 3))
		return fmt.Sprintf("%s (%s–%s)", fixed(e.Median, n), fixed(e.Low, n), fixed(e.High, n))
	}
}

// decimalsOf is how many decimals show the first digit of a margin, and the
// second if the first is 1; below 0 it is zeros before the point.
func decimalsOf(margin float64) int {
	first := int(math.Floor(math.Log10(margin)))
	if margin/math.Pow10(first) < 2 {
		return 1 - first
	}
	return -first
}

// fixed rounds v to so many decimals, which may be below 0.
func fixed(v float64, decimals int) string {
	if decimals < 0 {
		unit := math.Pow10(-decimals)
		return strconv.FormatFloat(math.Round(v/unit)*unit, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// significant rounds v to n digits, but never writes an exponent.
func significant(v float64, n int) string {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return "0"
	}
	return fixed(v, decimalsFor(v, n))
}

// decimalsFor is how many decimals show n digits of a number.
func decimalsFor(v float64, n int) int { return n - 1 - int(math.Floor(math.Log10(math.Abs(v)))) }

// A unit is one of time.
type unit struct {
	name string
	per  float64 // how many are in a second
}

// unitFor is the unit in which the smallest of some seconds is legible.
func unitFor(seconds ...float64) unit {
	least := math.Inf(1)
	for _, s := range seconds {
		if s > 0 {
			least = min(least, s)
		}
	}
	switch {
	case least < 100e-6:
		return unit{"µs", 1e6}
	case least < .1:
		return unit{"ms", 1e3}
	}
	return unit{"s", 1}
}

// plainTime writes seconds with three digits at most and their unit.
func plainTime(seconds float64) string {
	switch {
	case seconds <= 0:
		return "0 s"
	case seconds < 1e-3:
		return trim(significant(seconds*1e6, 3)) + " µs"
	case seconds < 1:
		return trim(significant(seconds*1e3, 3)) + " ms"
	}
	return trim(significant(seconds, 3)) + " s"
}

// trim takes off zeros behind the point.
func trim(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimRight(strings.TrimRight(number, "0"), ".")
}

// bytesOf writes a number of bytes for people.
func bytesOf(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d B", n)
	case n < 10_000_000:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", share*100) }

// roundsOf says how many rounds there were, and whether they are too few.
func roundsOf(n int) string {
	text := ui.Plural(n, "round")
	if n < MinRuns {
		text += fmt.Sprintf(" (an interval takes at least %d)", MinRuns)
	}
	return text
}

// ratioCell is a ratio, which may be unknown, in a table.
func ratioCell(e *Estimate) string {
	switch {
	case e == nil:
		return "?"
	case e.byChance():
		return "~ " + e.String()
	}
	return e.String()
}

// chanceNote explains the sign of a ratio that may be 1.
const chanceNote = "~ no difference that these rounds could tell from chance.\n"
