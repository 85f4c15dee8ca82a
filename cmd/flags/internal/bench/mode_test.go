package bench

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModes(t *testing.T) {
	for _, tt := range []struct {
		kinds             []string
		requests, writers []int
		want              []string
	}{
		{Kinds(), []int{1, 5}, []int{4}, []string{"sequential", "concurrent -m 1 --writers 4", "concurrent -m 5 --writers 4", "inline -m 1", "inline -m 5"}},
		{[]string{Inline, Sequential}, []int{7}, []int{4}, []string{"sequential", "inline -m 7"}},
		{[]string{Concurrent}, []int{7}, []int{0, 2}, []string{"concurrent -m 7 --writers 2", "inline -m 7"}},
		{[]string{Concurrent, Inline}, []int{7}, []int{0}, []string{"inline -m 7"}},
		{[]string{Sequential}, []int{1, 5}, []int{4}, []string{"sequential"}},
	} {
		var got []string
		for _, m := range (&Engine{Kinds: tt.kinds, Requests: tt.requests, Writers: tt.writers}).Modes() {
			got = append(got, fmt.Sprint(m))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v %v %v: %s", tt.kinds, tt.requests, tt.writers, diff)
		}
	}
}

// A line takes two m of the same way, and a kind that has a choice of m.
func TestHaveLines(t *testing.T) {
	for _, tt := range []struct {
		kinds             []string
		requests, writers []int
		want              bool
	}{
		{[]string{Sequential}, []int{1, 5}, []int{4}, false},
		{Kinds(), []int{5}, []int{2, 4}, false},
		{[]string{Inline}, []int{1, 5}, nil, true},
		{[]string{Sequential, Concurrent}, []int{1, 5}, []int{4}, true},
	} {
		modes := (&Engine{Kinds: tt.kinds, Requests: tt.requests, Writers: tt.writers}).Modes()
		if got := HaveLines(modes); got != tt.want {
			t.Errorf("%v: %v", modes, got)
		}
	}
}
