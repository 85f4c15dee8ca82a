package timeplot

import (
	"slices"
	"strings"
	"testing"

	"getflags/cmd/flags/internal/figures"
)

// An axis has at least three ticks, and with many powers of ten no others.
func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		low, high float64
		want      []float64
	}{
		{.5, 2000, []float64{1, 10, 100, 1000}},
		{.9, 40, []float64{1, 2, 5, 10, 20}},
		{2, 5, []float64{2, 3, 4, 5}},
	} {
		if got := (logAxis{tt.low, tt.high, 0, 1}).ticks(); !slices.Equal(got, tt.want) {
			t.Errorf("from %v to %v: %v, want %v", tt.low, tt.high, got, tt.want)
		}
	}
}

// What takes ten times as long stands ten times as high, whatever the unit, and
// what is drawn last is on top.
func TestChart(t *testing.T) {
	var slow, fast Series
	slow.Name, fast.Name = "slow", "fast"
	for _, m := range []int{1, 10, 100} {
		slow.Add(m, figures.NewEstimate([]float64{.01}))
		fast.Add(m, figures.NewEstimate([]float64{.1 / float64(m)}))
	}
	got := strings.Split(Chart([]Series{slow, fast}), "\n")
	if first, last := got[2], got[2+chartHeight]; !strings.HasPrefix(first, " 100 ms┼━") || !strings.HasPrefix(last, " 1.0 ms┤") || !strings.HasSuffix(last, "━") {
		t.Errorf("from %q to %q", first, last)
	}
	if middle := got[2+chartHeight/2]; strings.Count(middle, "┄")+strings.Count(middle, "━") != chartWidth-1 { // the first is on the axis
		t.Errorf("the slow one is not level: %q", middle)
	}
	if names := got[len(got)-2]; names != "┄ slow   ━ fast" {
		t.Errorf("the names are %q", names)
	}
}
