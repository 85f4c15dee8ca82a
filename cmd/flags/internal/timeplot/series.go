package timeplot

import (
	"math"
	"slices"

	"getflags/cmd/flags/internal/figures"
)

// A Series is times against m, the requests that may be open at once: a line
// of a chart or plot.
type Series struct {
	Name   string
	M      []int
	Time   []figures.Estimate // for each of M
	Dotted bool               // of theory, not measured
}

// Add adds a time; m has to ascend.
func (s *Series) Add(m int, time figures.Estimate) {
	s.M = append(s.M, m)
	s.Time = append(s.Time, time)
}

// reach is the least and the greatest m of all.
func reach(all []Series) (first, last int) {
	first = all[0].M[0]
	for _, s := range all {
		first, last = min(first, slices.Min(s.M)), max(last, slices.Max(s.M))
	}
	return first, last
}

// bounds are the shortest and the longest median of all.
func bounds(all []Series) (low, high float64) {
	low = math.Inf(1)
	for _, s := range all {
		for _, t := range s.Time {
			low, high = min(low, t.Median), max(high, t.Median)
		}
	}
	return low, high
}

func countMeasured(all []Series) (n int) {
	for _, s := range all {
		if !s.Dotted {
			n++
		}
	}
	return n
}
