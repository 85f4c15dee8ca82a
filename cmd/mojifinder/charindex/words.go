package charindex

import (
	"iter"
	"slices"
	"strings"
	"unicode"
)

// Words returns the words that text asks for: upper case, split at white
// space and hyphens. It is nil where text holds no word.
func Words(text string) []string {
	return slices.Collect(strings.FieldsFuncSeq(expansions.Replace(strings.ToUpper(text)), splits))
}

// expansions are the letters whose upper case is two or three ASCII letters
// (SpecialCasing.txt), so that "groß" asks for GROSS. The other special
// casings lead to letters that no name contains.
//
//nolint:gochecknoglobals // a table, never written
var expansions = strings.NewReplacer(
	"ß", "SS", "ﬀ", "FF", "ﬁ", "FI", "ﬂ", "FL",
	"ﬃ", "FFI", "ﬄ", "FFL", "ﬅ", "ST", "ﬆ", "ST",
)

// splits reports whether r stands between words. The information separators
// U+001C to U+001F are white space to Python, whose answers these are to be.
func splits(r rune) bool {
	return r == '-' || unicode.IsSpace(r) || 0x1C <= r && r <= 0x1F
}

// nameWords yields the words of a character's name, which is ASCII and upper
// case already. They share the name's memory.
func nameWords(name string) iter.Seq[string] {
	return strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == '-' })
}

// hasWord reports whether word is a word of name, as nameWords splits it.
func hasWord(name, word string) bool {
	for from := 0; ; from++ {
		at := strings.Index(name[from:], word)
		if at < 0 {
			return false
		}
		from += at
		end := from + len(word)
		if (from == 0 || !inWord(name[from-1])) && (end == len(name) || !inWord(name[end])) {
			return true
		}
	}
}

func inWord(c byte) bool { return c != ' ' && c != '-' }
