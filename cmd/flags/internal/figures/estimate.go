package figures

import (
	"encoding/json"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// confidence is that of all intervals.
const confidence = .95

// MinValues is how many values an interval takes: the range of five values
// misses the median too often.
const MinValues = 6

// An Estimate is the median of what was measured, and the interval in which
// the true median lies with a confidence of at least 95 %. Nothing is assumed
// of how the values are distributed.
type Estimate struct {
	Median    float64
	Low, High float64 // -Inf and +Inf where there are too few values to tell
}

// NewEstimate returns the estimate from at least one value, in any order.
func NewEstimate(values []float64) Estimate {
	// NewSample sorts the slice it is given.
	sample := benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
	s := benchmath.AssumeNothing.Summary(sample, confidence)
	e := Estimate{Median: s.Center, Low: s.Lo, High: s.Hi}
	if !e.Known() { // of five values one end is known, which is of no use
		e.Low, e.High = math.Inf(-1), math.Inf(1)
	}
	return e
}

// Ratio returns the estimate of a/b from values that were measured pairwise,
// in the same rounds: what disturbed a round disturbs its ratio less.
func Ratio(a, b []float64) Estimate {
	ratios := make([]float64, min(len(a), len(b)))
	for i := range ratios {
		ratios[i] = a[i] / b[i]
	}
	return NewEstimate(ratios)
}

// Known reports whether the estimate has an interval.
func (e Estimate) Known() bool { return !math.IsInf(e.Low, 0) && !math.IsInf(e.High, 0) }

// Differs reports whether the interval excludes a value. For a ratio and 1
// that is the sign test at a level of 5 %.
func (e Estimate) Differs(from float64) bool { return e.Known() && (e.High < from || e.Low > from) }

// ByChance reports whether a ratio, if it is known, may be 1.
func (e *Estimate) ByChance() bool { return e != nil && e.Known() && !e.Differs(1) }

// Scaled is the estimate in another unit.
func (e Estimate) Scaled(by float64) Estimate {
	return Estimate{e.Median * by, e.Low * by, e.High * by}
}

// Lowest is the lower end of the interval, or the median itself.
func (e Estimate) Lowest() float64 {
	if !e.Known() {
		return e.Median
	}
	return e.Low
}

// Highest is the upper end of the interval, or the median itself.
func (e Estimate) Highest() float64 {
	if !e.Known() {
		return e.Median
	}
	return e.High
}

// MarshalJSON writes {"median": 2, "low": 1, "high": 3}, and null for low and
// high where they are not known: JSON has no infinity.
func (e Estimate) MarshalJSON() ([]byte, error) {
	var shape struct {
		Median float64  `json:"median"`
		Low    *float64 `json:"low"`
		High   *float64 `json:"high"`
	}
	shape.Median = e.Median
	if e.Known() {
		shape.Low, shape.High = &e.Low, &e.High
	}
	return json.Marshal(shape)
}
