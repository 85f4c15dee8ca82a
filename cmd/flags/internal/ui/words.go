package ui

import (
	"fmt"
	"strings"

	"getflags/flags"
)

// Plural is so many of what a noun names: "1 flag", "2 flags".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Codes names up to ten codes, and the first and last of more.
func Codes(codes []flags.Code) string {
	if len(codes) > 10 {
		return fmt.Sprintf("from %s to %s", codes[0], codes[len(codes)-1])
	}
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// LeftOut are notes of what a page does not have: of the first, what and why, and
// of the rest, how many.
func LeftOut(skipped []error) (notes []string) {
	const most = 20
	for i, why := range skipped {
		if i == most {
			return append(notes, fmt.Sprintf("left out: %d more", len(skipped)-most))
		}
		notes = append(notes, "left out: "+why.Error())
	}
	return notes
}
