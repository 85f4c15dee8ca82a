package options

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"getflags/cmd/internal/command"
)

// IntList is the value of an option that takes whole numbers from Min to Max
// with commas between them. They are kept sorted, each once.
type IntList struct {
	Values   []int
	Min, Max int
}

// Set takes the numbers written in s.
func (l *IntList) Set(s string) error {
	var values []int
	for word := range strings.SplitSeq(s, ",") {
		v := command.Int{Min: l.Min, Max: l.Max}
		if v.Set(strings.TrimSpace(word)) != nil {
			return fmt.Errorf("want whole numbers from %d to %d, such as 1,5,20", l.Min, l.Max)
		}
		values = append(values, v.N)
	}
	slices.Sort(values)
	l.Values = slices.Compact(values)
	return nil
}

func (l *IntList) String() string {
	var words []string
	for _, v := range l.Values {
		words = append(words, strconv.Itoa(v))
	}
	return strings.Join(words, ",")
}
