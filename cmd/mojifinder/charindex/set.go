package charindex

import (
	"cmp"
	"iter"
	"slices"
)

// span is the code points from lo to hi, both included.
type span struct{ lo, hi rune }

func (s span) len() int { return int(s.hi-s.lo) + 1 }

// Set is a set of characters. It holds runs of code points, not the code
// points one by one, so that the 97,680 ideographs take no more room than a
// few cats. The zero Set is empty; a Set never changes.
type Set struct {
	// Sorted, disjoint, and none of them empty. Two may touch.
	spans []span
}

// Len returns the number of characters.
func (s Set) Len() int {
	n := 0
	for _, sp := range s.spans {
		n += sp.len()
	}
	return n
}

// All yields the characters in the order of code points.
func (s Set) All() iter.Seq[rune] {
	return func(yield func(rune) bool) {
		for _, sp := range s.spans {
			for r := sp.lo; r <= sp.hi; r++ {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// Page returns the characters left when the first offset are skipped and no
// more than limit are taken. Either may go beyond the end; negative ones count
// as zero. Skipping costs nothing per character skipped.
func (s Set) Page(offset, limit int) Set {
	offset, limit = max(offset, 0), max(limit, 0)
	var page Set
	for _, sp := range s.spans {
		skip := min(offset, sp.len())
		take := min(limit, sp.len()-skip)
		offset -= skip
		limit -= take
		if take > 0 {
			lo := sp.lo + rune(skip)
			page.spans = append(page.spans, span{lo, lo + rune(take) - 1})
		}
	}
	return page
}

// add appends sp, which must not lie before what the set has; what the set
// has already is not added twice.
func (s *Set) add(sp span) {
	if n := len(s.spans); n > 0 && sp.lo <= s.spans[n-1].hi+1 {
		s.spans[n-1].hi = max(s.spans[n-1].hi, sp.hi)
		return
	}
	s.spans = append(s.spans, sp)
}

// with returns the set with sp in it, which it must not overlap.
func (s Set) with(sp span) Set {
	at, _ := slices.BinarySearchFunc(s.spans, sp, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	return Set{slices.Concat(s.spans[:at], []span{sp}, s.spans[at:])}
}

// and returns the characters that are in both sets.
func (s Set) and(other Set) Set {
	var both Set
	a, b := s.spans, other.spans
	for len(a) > 0 && len(b) > 0 {
		if lo, hi := max(a[0].lo, b[0].lo), min(a[0].hi, b[0].hi); lo <= hi {
			both.spans = append(both.spans, span{lo, hi})
		}
		if a[0].hi < b[0].hi {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return both
}
