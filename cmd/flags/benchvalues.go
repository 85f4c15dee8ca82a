package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"getflags/cmd/flags/internal/bench"
	"getflags/cmd/internal/command"
)

// intList is the value of an option that takes whole numbers from min to max
// with commas between them. They are kept sorted, each once.
type intList struct {
	values   []int
	min, max int
}

func (l *intList) Set(s string) error {
	var values []int
	for word := range strings.SplitSeq(s, ",") {
		v := command.Int{Min: l.min, Max: l.max}
		if v.Set(strings.TrimSpace(word)) != nil {
			return fmt.Errorf("want whole numbers from %d to %d, such as 1,5,20", l.min, l.max)
		}
		values = append(values, v.N)
	}
	slices.Sort(values)
	l.values = slices.Compact(values)
	return nil
}

func (l *intList) String() string {
	var words []string
	for _, v := range l.values {
		words = append(words, strconv.Itoa(v))
	}
	return strings.Join(words, ",")
}

// kindList is the value of --modes.
type kindList []bench.Kind

func (l *kindList) Set(s string) error {
	var kinds []bench.Kind
	for word := range strings.SplitSeq(s, ",") {
		kind := bench.Kind(strings.TrimSpace(word))
		if !slices.Contains(bench.Kinds(), kind) {
			return errors.New("want one or more of " + (*kindList)(new(bench.Kinds())).String())
		}
		kinds = append(kinds, kind)
	}
	*l = kinds
	return nil
}

func (l *kindList) String() string {
	var words []string
	for _, k := range *l {
		words = append(words, string(k))
	}
	return strings.Join(words, ",")
}
