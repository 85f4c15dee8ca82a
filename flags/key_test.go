package flags

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Two letters have the same key exactly if the full case foldings of their
// capitals are equal. A letter also has the key of its folding, which may be
// several letters. The test tries all letters except those of Chinese and
// Korean, which have no case.
func TestKeyFoldsAllLetters(t *testing.T) {
	full := cases.Fold()
	byKey, byFolding := map[string]rune{}, map[string]rune{}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || unicode.In(r, unicode.Variation_Selector, unicode.Han, unicode.Hangul) {
			continue
		}
		folded := norm.NFD.String(full.String(norm.NFD.String(strings.ToUpper(string(r)))))
		mine := key(string(r))
		first, before := byFolding[folded]
		if !before {
			byFolding[folded] = r
		}
		other, taken := byKey[mine]
		if !taken {
			byKey[mine] = r
		}
		if before != taken || first != other {
			t.Errorf("%c %U: key %q, that of %c; folding %q, that of %c", r, r, mine, other, folded, first)
		}
		if of := key(folded); of != mine {
			t.Errorf("%c %U: key %q, but %q is that of its folding %q", r, r, mine, of, folded)
		}
	}
}
