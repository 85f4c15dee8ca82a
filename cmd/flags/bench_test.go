package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
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
		b := &benchCommand{requests: options.IntList{Values: []int{1, 5, 20, 100}}, network: options.NewNetwork()}
		for _, f := range b.network.SharedFlags() {
			if lift, ok := f.(*cli.BoolFlag); ok && lift.Name == "no-cap" {
				*lift.Destination = noCap
			}
		}
		note := b.bePolite(site)
		got := b.network.Engine(nil, nil).Rate
		want, most := []int{1, site.MaxRequests}, site.Rate
		if noCap {
			want, most = []int{1, 5, 20, 100}, 0
		}
		if !slices.Equal(b.requests.Values, want) || float64(got) != most || strings.Contains(note, "shared") == noCap {
			t.Errorf("m %v, %v a second, %q", b.requests.Values, got, note)
		}
	}
}
