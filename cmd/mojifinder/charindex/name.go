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
	if name := runenames.Name(r); !isLabel(name) {
		return name
	}
	return string(AppendName(nil, r))
}

// AppendName appends to b what [Name] returns.
func AppendName(b []byte, r rune) []byte {
	name := runenames.Name(r)
	if !isLabel(name) {
		return append(b, name...)
	}
	rule, ok := ruleOf(name)
	if !ok {
		return b
	}
	return rule.suffix(append(b, rule.fixed...), r)
}

// isLabel tells "<Hangul Syllable>" from a name.
func isLabel(name string) bool { return strings.HasPrefix(name, "<") }

// entry is a character with a name of its own, or a range whose characters
// are named by a rule.
type entry struct {
	span
	name string // of the character; of a range what is the same in all names
	rule *rule  // of a range; nil for a character
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
		return entry{span{r.lo, r.lo}, name, nil}, name != ""
	}
	same := sort.Search(int(r.hi-r.lo), func(i int) bool {
		return runenames.Name(r.lo+rune(i)+1) != name
	})
	rule, ok := ruleOf(name)
	return entry{span{r.lo, r.lo + rune(same)}, rule.fixed, &rule}, ok
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
