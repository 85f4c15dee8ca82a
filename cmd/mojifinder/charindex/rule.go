package charindex

import (
	"math/bits"
	"strings"
)

// rule names the characters of a range that the database lists only by its
// ends: a fixed text, then one word made from the code point.
type rule struct {
	fixed  string                         // "CJK UNIFIED IDEOGRAPH-"
	suffix func(b []byte, r rune) []byte  // appends "4E00"
	parse  func(word string) (rune, bool) // the inverse of suffix
}

// ruleOf finds the rule for a label such as "<CJK Ideograph Extension A>",
// which the database has in place of a name. Labels of code points that have
// no name, such as "<control>" and "<Private Use>", have no rule.
func ruleOf(label string) (rule, bool) {
	switch {
	case strings.HasPrefix(label, "<CJK Ideograph"):
		return rule{"CJK UNIFIED IDEOGRAPH-", appendHex, parseHex}, true
	case strings.HasPrefix(label, "<Tangut Ideograph"):
		return rule{"TANGUT IDEOGRAPH-", appendHex, parseHex}, true
	case label == "<Hangul Syllable>":
		return rule{"HANGUL SYLLABLE ", appendSyllable, parseSyllable}, true
	}
	return rule{}, false
}

const hexDigits = "0123456789ABCDEF"

// appendHex appends the code point as rule NR2 of the standard wants it, in
// four to six digits.
func appendHex(b []byte, r rune) []byte {
	for shift := max(12, (bits.Len32(uint32(r))-1)/4*4); shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&0xF])
	}
	return b
}

// parseHex reads a code point as appendHex writes it, and nothing else. No range
// named by this rule begins below U+1000, so a leading zero is always wrong.
func parseHex(word string) (rune, bool) {
	if len(word) < 4 || len(word) > 6 || word[0] == '0' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(word) {
		digit := strings.IndexByte(hexDigits, c)
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}
