package figures

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// String writes an estimate with its interval, as "2.06 (2.04–2.11)", with no
// more digits than that supports: half its width has one, or two if the first
// is 1. More than three digits of the median nobody needs. Without an interval
// it is "2.1 ±?".
func (e Estimate) String() string {
	switch half := (e.High - e.Low) / 2; {
	case !e.Known():
		return Significant(e.Median, 2) + " ±?"
	case half == 0:
		return Significant(e.Median, 3) + " ±0"
	default:
		n := min(DecimalsOf(half), decimalsFor(e.High*1.0005, 3))
		return fmt.Sprintf("%s (%s–%s)", Fixed(e.Median, n), Fixed(e.Low, n), Fixed(e.High, n))
	}
}

// DecimalsOf is how many decimals show the first digit of a margin, and the
// second if the first is 1; below 0 it is zeros before the point.
func DecimalsOf(margin float64) int {
	first := int(math.Floor(math.Log10(margin)))
	if margin/math.Pow10(first) < 2 {
		return 1 - first
	}
	return -first
}

// Fixed rounds v to so many decimals, which may be below 0.
func Fixed(v float64, decimals int) string {
	if decimals < 0 {
		unit := math.Pow10(-decimals)
		return strconv.FormatFloat(math.Round(v/unit)*unit, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Significant rounds v to n digits, but never writes an exponent.
func Significant(v float64, n int) string {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return "0"
	}
	return Fixed(v, decimalsFor(v, n))
}

// decimalsFor is how many decimals show n digits of a number.
func decimalsFor(v float64, n int) int { return n - 1 - int(math.Floor(math.Log10(math.Abs(v)))) }

// A Unit is one of time.
type Unit struct {
	Name string
	Per  float64 // how many are in a second
}

// UnitFor is the unit in which the smallest of some seconds is legible.
func UnitFor(seconds ...float64) Unit {
	least := math.Inf(1)
	for _, s := range seconds {
		if s > 0 {
			least = min(least, s)
		}
	}
	switch {
	case least < 100e-6:
		return Unit{"µs", 1e6}
	case least < .1:
		return Unit{"ms", 1e3}
	}
	return Unit{"s", 1}
}

// Time writes seconds with three digits at most and their unit.
func Time(seconds float64) string {
	switch {
	case seconds <= 0:
		return "0 s"
	case seconds < 1e-3:
		return Trim(Significant(seconds*1e6, 3)) + " µs"
	case seconds < 1:
		return Trim(Significant(seconds*1e3, 3)) + " ms"
	}
	return Trim(Significant(seconds, 3)) + " s"
}

// Trim takes off zeros behind the point.
func Trim(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimRight(strings.TrimRight(number, "0"), ".")
}

// Bytes writes a number of bytes for people.
func Bytes(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d B", n)
	case n < 10_000_000:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// Percent writes a share in hundredths.
func Percent(share float64) string { return fmt.Sprintf("%.0f %%", share*100) }
