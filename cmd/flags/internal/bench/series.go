package bench

import (
	"math"
	"slices"
)

// A series is times against m: a line of a chart or plot.
type series struct {
	name   string
	m      []int
	time   []Estimate
	dotted bool // of theory, not measured
}

func (s *series) add(m int, time Estimate) {
	s.m = append(s.m, m)
	s.time = append(s.time, time)
}

// reach is the least and the greatest m of all.
func reach(all []series) (first, last int) {
	first = all[0].m[0]
	for _, s := range all {
		first, last = min(first, slices.Min(s.m)), max(last, slices.Max(s.m))
	}
	return first, last
}

// bounds are the shortest and the longest median of all.
func bounds(all []series) (low, high float64) {
	low = math.Inf(1)
	for _, s := range all {
		for _, t := range s.time {
			low, high = min(low, t.Median), max(high, t.Median)
		}
	}
	return low, high
}

func countMeasured(all []series) (n int) {
	for _, s := range all {
		if !s.dotted {
			n++
		}
	}
	return n
}
