package main

import (
	"slices"
	"strings"
	"testing"

	"getflags/cmd/flags/internal/bench"
	"getflags/flags"
)

// On a site that is shared by many, no m is above its cap, each is there
// once, and the rate is kept.
func TestBenchIsPolite(t *testing.T) {
	site, err := flags.ParseSite("FLAGCDN")
	if err != nil {
		t.Fatal(err)
	}
	for _, noCap := range []bool{false, true} {
		b := &benchCommand{requests: intList{values: []int{1, 5, 20, 100}}, network: newNetwork()}
		b.network.noCap = noCap
		note := b.bePolite(site)
		want, rate := []int{1, site.MaxRequests}, site.Rate
		if noCap {
			want, rate = []int{1, 5, 20, 100}, 0
		}
		if !slices.Equal(b.requests.values, want) || float64(b.network.rate) != rate || strings.Contains(note, "shared") == noCap {
			t.Errorf("m %v, %v a second, %q", b.requests.values, b.network.rate, note)
		}
	}
}

func TestIntList(t *testing.T) {
	for s, want := range map[string]string{"5": "5", "100,1, 5,5": "1,5,100"} {
		l := &intList{min: 1, max: 100}
		if err := l.Set(s); err != nil || l.String() != want {
			t.Errorf("%q is %v, %v; want %s", s, l, err, want)
		}
	}
	for _, s := range []string{"", ",", "1,", "0", "101", "0x5", "-1", "1.5"} {
		if l := (&intList{min: 1, max: 100}); l.Set(s) == nil {
			t.Errorf("%q is %v", s, l)
		}
	}
}

func TestKindList(t *testing.T) {
	var l kindList
	if err := l.Set("inline, sequential"); err != nil || !slices.Equal(l, kindList{bench.Inline, bench.Sequential}) {
		t.Errorf("%v, %v", l, err)
	}
	if err := l.Set(""); err == nil {
		t.Errorf("nothing is %v", l)
	}
}
