package bench

import (
	"slices"
	"testing"
)

func TestKindList(t *testing.T) {
	var l KindList
	if err := l.Set("inline, sequential"); err != nil || !slices.Equal(l, KindList{Inline, Sequential}) {
		t.Errorf("%v, %v", l, err)
	}
	if err := l.Set(""); err == nil {
		t.Errorf("nothing is %v", l)
	}
}
