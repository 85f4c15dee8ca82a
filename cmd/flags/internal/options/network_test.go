package options

import (
	"testing"

	"getflags/flags"
)

// A wish for more than is polite is cut, and that is said.
func TestBePolite(t *testing.T) {
	site := flags.Site{Label: "X", MaxRequests: 4, Rate: 20}
	const capped = "X is shared by many: at most 4 requests at once and 20 a second; --no-cap lifts that"
	for _, tt := range []struct {
		max   int
		rate  perSecond
		noCap bool
		want  int
		per   perSecond
		note  string
	}{
		{5, 0, false, 4, 20, ""},
		{2, 10, false, 2, 10, ""},
		{100, 0, false, 4, 20, capped},
		{4, 100, false, 4, 20, capped},
		{100, 0, true, 100, 0, ""},
	} {
		n := NewNetwork()
		n.MaxRequests.N, n.rate, n.noCap = tt.max, tt.rate, tt.noCap
		note := n.BePolite(site)
		if n.MaxRequests.N != tt.want || n.rate != tt.per || note != tt.note {
			t.Errorf("-m %d --rate %v: %d, %v, %q", tt.max, tt.rate, n.MaxRequests.N, n.rate, note)
		}
	}
	n := NewNetwork()
	if note := n.BePolite(flags.Site{}); note != "" || n.MaxRequests.N != 5 || n.rate != 0 {
		t.Errorf("a site without a cap: %d, %v, %q", n.MaxRequests.N, n.rate, note)
	}
}
