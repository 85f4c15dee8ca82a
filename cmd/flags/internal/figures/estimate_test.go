package figures

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
)

// The intervals are those of order statistics: of six values the least and
// the greatest (96.9 %), of ten the second and the ninth (97.9 %).
func TestEstimate(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		values []float64
		want   Estimate
	}{
		{[]float64{3}, Estimate{3, -inf, inf}},
		{[]float64{5, 1, 3, 2, 4}, Estimate{3, -inf, inf}},
		{[]float64{6, 1, 5, 2, 4, 3}, Estimate{3.5, 1, 6}},
		{[]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, Estimate{5.5, 2, 9}},
		{[]float64{2, 2, 2, 2, 2, 2}, Estimate{2, 2, 2}},
	} {
		given := slices.Clone(tt.values)
		if got := NewEstimate(tt.values); got != tt.want {
			t.Errorf("of %v: %+v, want %+v", given, got, tt.want)
		}
		if !slices.Equal(given, tt.values) {
			t.Errorf("%v were put in order", given)
		}
		if known := NewEstimate(tt.values).Known(); known != (len(given) >= MinValues) {
			t.Errorf("with %d values an interval is known: %v", len(given), known)
		}
	}
}

// A machine that gets slower and slower disturbs times, but not their ratios.
func TestRatio(t *testing.T) {
	var a, b []float64
	for i := range 10 {
		slow := float64(1 + i)
		a, b = append(a, 3*slow), append(b, 2*slow)
	}
	if got, want := Ratio(a, b), (Estimate{1.5, 1.5, 1.5}); got != want || !got.Differs(1) || got.Differs(1.5) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if r := Ratio(a[:5], b[:5]); r.Differs(1) || r.Known() {
		t.Errorf("five rounds tell too much: %+v", r)
	}
}

func TestEstimateJSON(t *testing.T) {
	for want, e := range map[string]Estimate{
		`{"median":2,"low":1,"high":3}`:       {2, 1, 3},
		`{"median":2,"low":null,"high":null}`: {2, math.Inf(-1), math.Inf(1)},
	} {
		if got, err := json.Marshal(e); err != nil || string(got) != want {
			t.Errorf("%+v as JSON: %s, %v; want %s", e, got, err, want)
		}
	}
}
