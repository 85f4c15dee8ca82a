package visible

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The characters that are not seen, but that some words are spelled with.
const (
	nonJoiner      = 0x200C // ZERO WIDTH NON-JOINER
	joiner         = 0x200D // ZERO WIDTH JOINER
	vowelSeparator = 0x180E // MONGOLIAN VOWEL SEPARATOR
	textStyle      = 0xFE0E // VARIATION SELECTOR-15
	emojiStyle     = 0xFE0F // VARIATION SELECTOR-16
)

// spells reports whether r, which is not seen by itself, belongs to the
// spelling of the word that it stands in.
func spells(before string, r rune, after string) bool {
	last, next := lastOf(before), firstOf(after)
	switch {
	case r == nonJoiner, r == joiner:
		return isVirama(last) || joined(lastBase(before), next) || r == joiner && isEmoji(lastEmoji(before)) && isEmoji(next)
	case r == vowelSeparator:
		return unicode.Is(unicode.Mongolian, next) && Shows(next) && unicode.Is(unicode.Mongolian, last)
	case !unicode.Is(unicode.Variation_Selector, r), !Shows(last):
		return false // one selector for a character, no more
	case unicode.Is(unicode.Mongolian, r):
		return unicode.Is(unicode.Mongolian, last)
	case r == textStyle, r == emojiStyle:
		return unicode.IsSymbol(last)
	}
	return unicode.Is(unicode.Han, last)
}

// firstOf and lastOf are a text's first and last character, or 0.
func firstOf(s string) rune { return orZero(utf8.DecodeRuneInString(s)) }
func lastOf(s string) rune  { return orZero(utf8.DecodeLastRuneInString(s)) }

func orZero(r rune, _ int) rune {
	if r == utf8.RuneError {
		return 0
	}
	return r
}

// isVirama reports whether a mark joins the consonants of Brahmi's children: a
// joiner behind it says how (RFC 5892, appendix A.1 and A.2; the canonical
// combining class 9 of the Unicode Character Database).
func isVirama(r rune) bool {
	return r >= 0x900 && norm.NFC.PropertiesString(string(r)).CCC() == 9
}

// joined reports whether both are letters or marks of one script that joins
// its letters: there a joiner, or a non-joiner, is part of the spelling.
func joined(last, next rune) bool {
	for _, script := range joiningScripts() {
		if unicode.Is(script, last) {
			return isLetter(last) && unicode.Is(script, next) && isLetter(next)
		}
	}
	return false
}

func isLetter(r rune) bool { return (unicode.IsLetter(r) || unicode.IsMark(r)) && Shows(r) }

// joiningScripts are those in which letters take the shape of their neighbours.
func joiningScripts() []*unicode.RangeTable {
	return []*unicode.RangeTable{
		unicode.Arabic, unicode.Syriac, unicode.Mandaic, unicode.Nko, unicode.Mongolian, unicode.Adlam, unicode.Hanifi_Rohingya,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
		unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Myanmar, unicode.Khmer, unicode.Javanese, unicode.Balinese,
	}
}

// lastBase is the last character of s but for marks, such as vowel points, that
// letters of several scripts carry.
func lastBase(s string) rune {
	return lastOf(strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Inherited, r) && unicode.IsMark(r) && Shows(r)
	}))
}

// lastEmoji is the last character of s but for what says how an emoji looks.
func lastEmoji(s string) rune {
	r := lastOf(s)
	if r == emojiStyle || isSkin(r) {
		return lastOf(strings.TrimSuffix(s, string(r)))
	}
	return r
}

// isSkin reports whether r is one of the emoji modifiers.
func isSkin(r rune) bool { return 0x1F3FB <= r && r <= 0x1F3FF }

// isEmoji takes other symbols for emoji: it does no harm.
func isEmoji(r rune) bool { return unicode.Is(unicode.So, r) }
