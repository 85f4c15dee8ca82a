package bench

import (
	"errors"
	"slices"
	"strings"
)

// KindList is the value of an option that takes kinds of modes, with
// commas between them.
type KindList []Kind

// Set takes the kinds named in s.
func (l *KindList) Set(s string) error {
	var kinds []Kind
	for word := range strings.SplitSeq(s, ",") {
		kind := Kind(strings.TrimSpace(word))
		if !slices.Contains(Kinds(), kind) {
			return errors.New("want one or more of " + (*KindList)(new(Kinds())).String())
		}
		kinds = append(kinds, kind)
	}
	*l = kinds
	return nil
}

func (l *KindList) String() string {
	var words []string
	for _, k := range *l {
		words = append(words, string(k))
	}
	return strings.Join(words, ",")
}
