package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// kinds are all there are, the baseline first.
func kinds() []kind { return []kind{sequential(), concurrent(), inline()} }

// Kinds returns the names of all kinds of modes, the baseline first.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// KindsHelp says what the kinds are, a line for each.
func KindsHelp() string {
	var b strings.Builder
	for _, k := range kinds() {
		fmt.Fprintf(&b, "   %-10s  %s\n", k.name, k.usage)
	}
	return b.String()
}

// KindList is the value of an option that takes kinds of modes, with
// commas between them.
type KindList []string

// Set takes the kinds named in s.
func (l *KindList) Set(s string) error {
	var names []string
	for word := range strings.SplitSeq(s, ",") {
		name := strings.TrimSpace(word)
		if !slices.Contains(Kinds(), name) {
			return errors.New("want one or more of " + strings.Join(Kinds(), ","))
		}
		names = append(names, name)
	}
	*l = names
	return nil
}

func (l *KindList) String() string { return strings.Join(*l, ",") }
