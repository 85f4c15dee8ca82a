package figures

import (
	"math"
	"testing"
)

func TestEstimateString(t *testing.T) {
	inf := math.Inf(1)
	for want, e := range map[string]Estimate{
		"2.06 (2.04–2.11)": {2.0612, 2.0433, 2.1078},
		"2.1 (1.7–2.5)":    {2.061, 1.7, 2.48},
		"2.06 (1.92–2.18)": {2.061, 1.92, 2.18},
		"1230 (1210–1240)": {1234.5, 1214.9, 1244},
		"60 (60–170)":      {60.1, 55, 171},
		"12 ±?":            {12.34, -inf, inf},
		"0.012 ±?":         {0.01234, -inf, inf},
		"1.00 ±0":          {1, 1, 1},
		"1.00 (1.00–1.00)": {1.00001, .99999, 1.00002},
	} {
		if e.String() != want {
			t.Errorf("%+v is %q, want %q", [3]float64{e.Median, e.Low, e.High}, e, want)
		}
	}
}

func TestPlainTime(t *testing.T) {
	for want, seconds := range map[string]float64{
		"0 s": 0, "93.2 µs": 93.21e-6, "50 ms": .05, "50.6 ms": .05061, "1.5 s": 1.5, "19.5 s": 19.53, "194 s": 194.2,
	} {
		if got := Time(seconds); got != want {
			t.Errorf("%v s is %q, want %q", seconds, got, want)
		}
	}
}

func TestUnitFor(t *testing.T) {
	for want, seconds := range map[string][]float64{"s": {20, .2}, "ms": {20, .05}, "µs": {0, 60e-6}} {
		if got := UnitFor(seconds...); got.Name != want {
			t.Errorf("%v in %s, want %s", seconds, got.Name, want)
		}
	}
}
