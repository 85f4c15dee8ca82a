package charindex

import (
	"iter"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/rangetable"
	"golang.org/x/text/unicode/runenames"
)

// UnicodeVersion is the version of the Unicode Character Database that the
// names are from, such as "15.0.0".
const UnicodeVersion = runenames.UnicodeVersion

// Name returns the name of r, upper case and ASCII, or "" where it has none.
// Names never change from one version of Unicode to the next; mistakes in
// them are kept (U+FE18 … BRAKCET) and the aliases that correct them are not
// names.
func Name(r rune) string {
	name := runenames.Name(r)
	if !isLabel(name) {
		return name
	}
	rule, ok := ruleOf(name)
	if !ok {
		return ""
	}
	return rule.name(r)
}

// isLabel tells "<Hangul Syllable>" from a name.
func isLabel(name string) bool { return strings.HasPrefix(name, "<") }

// entry is a character with a name of its own, or a range whose characters
// are named by a rule.
type entry struct {
	span
	name string // of the character; "" for a range
	rule rule   // of the range
}

// entries yields everything that has a name, in the order of code points. It
// looks only where characters are assigned, and at a range only often enough
// to find its end.
func entries() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for r := range assigned() {
			for r.lo <= r.hi {
				e, ok := entryAt(r)
				if ok && !yield(e) {
					return
				}
				r.lo = e.hi + 1
			}
		}
	}
}

// entryAt returns the entry that begins at r.lo and ends by r.hi, and whether
// it has a name.
func entryAt(r span) (entry, bool) {
	name := runenames.Name(r.lo)
	if !isLabel(name) {
		return entry{span: span{r.lo, r.lo}, name: name}, name != ""
	}
	same := sort.Search(int(r.hi-r.lo), func(i int) bool {
		return runenames.Name(r.lo+rune(i)+1) != name
	})
	rule, ok := ruleOf(name)
	return entry{span: span{r.lo, r.lo + rune(same)}, rule: rule}, ok
}

// assigned yields the runs of assigned code points, which go beyond those
// that have names.
func assigned() iter.Seq[span] {
	return func(yield func(span) bool) {
		table := rangetable.Assigned(UnicodeVersion)
		for _, r := range table.R16 {
			if !runs(unicode.Range32{Lo: uint32(r.Lo), Hi: uint32(r.Hi), Stride: uint32(r.Stride)}, yield) {
				return
			}
		}
		for _, r := range table.R32 {
			if !runs(r, yield) {
				return
			}
		}
	}
}

// runs yields a table's range as one run, or, where it has gaps, as many of
// one code point each.
func runs(r unicode.Range32, yield func(span) bool) bool {
	if r.Stride == 1 {
		return yield(span{rune(r.Lo), rune(r.Hi)})
	}
	for c := r.Lo; c <= r.Hi; c += r.Stride {
		if !yield(span{rune(c), rune(c)}) {
			return false
		}
	}
	return true
}
