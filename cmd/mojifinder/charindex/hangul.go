package charindex

import "strings"

// The short names of the conjoining jamo (Jamo.txt), in code point order:
// leading consonants from U+1100, vowels from U+1161, trailing consonants
// from U+11A7, the first of which stands for none.
//
//nolint:gochecknoglobals // tables, never written
var (
	leads  = [...]string{"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"}
	vowels = [...]string{"A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"}
	trails = [...]string{"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H"}
)

// hangulBase is the first syllable, U+AC00 GA; from there they count through
// trailing consonants, vowels and leading consonants, in that order
// (Unicode Standard, section 3.12).
const hangulBase = 0xAC00

// appendSyllable appends the last word of the name of a Hangul syllable (rule
// NR1).
func appendSyllable(b []byte, r rune) []byte {
	n := int(r - hangulBase)
	trail := n % len(trails)
	vowel := n / len(trails) % len(vowels)
	b = append(b, leads[n/len(trails)/len(vowels)]...)
	b = append(b, vowels[vowel]...)
	return append(b, trails[trail]...)
}

// parseSyllable finds the Hangul syllable of that romanized name. Every name is
// that of one syllable only.
func parseSyllable(word string) (rune, bool) {
	for l, lead := range leads {
		rest, ok := strings.CutPrefix(word, lead)
		if !ok {
			continue
		}
		for v, vowel := range vowels {
			trail, ok := strings.CutPrefix(rest, vowel)
			if !ok {
				continue
			}
			for t := range trails {
				if trails[t] == trail {
					return rune(hangulBase + (l*len(vowels)+v)*len(trails) + t), true
				}
			}
		}
	}
	return 0, false
}
