package charindex

import (
	"fmt"
	"slices"
	"strings"
)

// rule names the characters of a range that the database lists only by its
// ends: a fixed text, then something made from the code point.
type rule struct {
	fixed  string                         // "CJK UNIFIED IDEOGRAPH-"
	words  []string                       // the words of fixed
	suffix func(rune) string              // "4E00", one word
	parse  func(word string) (rune, bool) // the inverse of suffix
}

// ruleOf finds the rule for a label such as "<CJK Ideograph Extension A>",
// which the database has in place of a name. Labels of code points that have
// no name, such as "<control>" and "<Private Use>", have no rule.
func ruleOf(label string) (rule, bool) {
	switch {
	case strings.HasPrefix(label, "<CJK Ideograph"):
		return hexRule("CJK UNIFIED IDEOGRAPH-"), true
	case strings.HasPrefix(label, "<Tangut Ideograph"):
		return hexRule("TANGUT IDEOGRAPH-"), true
	case label == "<Hangul Syllable>":
		return newRule("HANGUL SYLLABLE ", romanized, syllable), true
	}
	return rule{}, false
}

func newRule(fixed string, suffix func(rune) string, parse func(string) (rune, bool)) rule {
	return rule{fixed, slices.Collect(nameWords(fixed)), suffix, parse}
}

// hexRule is rule NR2 of the standard: the suffix is the code point.
func hexRule(fixed string) rule {
	return newRule(fixed, func(r rune) string { return fmt.Sprintf("%04X", r) }, fromHex)
}

// fromHex reads a code point as "%04X" writes it, and nothing else. No range
// named by this rule begins below U+1000, so a leading zero is always wrong.
func fromHex(word string) (rune, bool) {
	if len(word) < 4 || len(word) > 6 || word[0] == '0' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(word) {
		digit := strings.IndexByte("0123456789ABCDEF", c)
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}

func (r rule) name(c rune) string { return r.fixed + r.suffix(c) }

// match finds which characters from first to last have all words in their
// names: all of them, one, or none.
func (r rule) match(words []string, first, last rune) (found span, ok bool) {
	own := ""
	for _, word := range words {
		switch {
		case slices.Contains(r.words, word), word == own:
		case own != "":
			return span{}, false // no name has two words of its own
		default:
			own = word
		}
	}
	if own == "" {
		return span{first, last}, true
	}
	c, ok := r.parse(own)
	return span{c, c}, ok && first <= c && c <= last
}
