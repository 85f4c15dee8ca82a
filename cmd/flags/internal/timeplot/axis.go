package timeplot

import "math"

// A logAxis maps values from low to high onto a stretch of a drawing.
type logAxis struct{ low, high, start, end float64 }

func (a logAxis) at(v float64) float64 {
	return a.start + math.Log(v/a.low)/math.Log(a.high/a.low)*(a.end-a.start)
}

// ticks are the powers of ten on the axis or, where those are few, so many of
// their multiples that there are three.
func (a logAxis) ticks() (ticks []float64) {
	for _, steps := range [][]float64{{1}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9}} {
		if ticks = a.multiples(steps); len(ticks) >= 3 {
			break
		}
	}
	return ticks
}

func (a logAxis) multiples(steps []float64) (all []float64) {
	for power := math.Floor(math.Log10(a.low)); power <= math.Log10(a.high); power++ {
		for _, step := range steps {
			if v := step * math.Pow(10, power); v >= a.low && v <= a.high {
				all = append(all, v)
			}
		}
	}
	return all
}
