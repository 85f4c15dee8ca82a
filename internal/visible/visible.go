package visible

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with all that is not seen in it as Go would write it in a
// string: \n, \x1b, \u202e, \U000e0041. Other text, backslashes included, is as
// it was.
func Text(s string) string {
	return replace(s, func(b *strings.Builder, r rune, raw string) {
		switch {
		case r == utf8.RuneError:
			fmt.Fprintf(b, `\x%02x`, raw)
		case r < utf8.RuneSelf:
			b.WriteString(ascii(r))
		case r <= 0xFFFF:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			fmt.Fprintf(b, `\U%08x`, r)
		}
	})
}

// ascii is a control character of ASCII in Go's notation.
func ascii(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	return fmt.Sprintf(`\x%02x`, r)
}

// Replace returns s with one by in place of each character, and of each byte
// that is no UTF-8, that is not seen.
func Replace(s string, by rune) string {
	return replace(s, func(b *strings.Builder, _ rune, _ string) { b.WriteRune(by) })
}

// Writer returns a writer that hands on to w what [Text] makes of each piece
// written, which is to be a line, as those of a log are; the newline at its end
// stays.
func Writer(w io.Writer) io.Writer { return textWriter{w} }

type textWriter struct{ w io.Writer }

func (t textWriter) Write(p []byte) (int, error) {
	line, ended := strings.CutSuffix(string(p), "\n")
	line = Text(line)
	if ended {
		line += "\n"
	}
	if _, err := io.WriteString(t.w, line); err != nil {
		return 0, err
	}
	return len(p), nil
}

// replace returns s with whatever instead writes for what is not seen: for the
// character r, or for the byte raw where r is [utf8.RuneError].
func replace(s string, instead func(b *strings.Builder, r rune, raw string)) string {
	if !strings.ContainsFunc(s, suspect) {
		return s
	}
	var b strings.Builder
	for i, n := 0, 0; i < len(s); i += n {
		var r rune
		r, n = utf8.DecodeRuneInString(s[i:])
		if seen(s[:i], r, n, s[i+n:]) {
			b.WriteString(s[i : i+n])
		} else {
			instead(&b, r, s[i:i+n])
		}
	}
	return b.String()
}

// suspect reports whether a character has to be looked at more closely. A byte
// that is no UTF-8 comes as [utf8.RuneError], which U+FFFD itself is, too.
func suspect(r rune) bool { return r == utf8.RuneError || !Shows(r) }

// seen reports whether a character of n bytes is seen between the text before
// it and after it.
func seen(before string, r rune, n int, after string) bool {
	if r == utf8.RuneError {
		return n > 1
	}
	return Shows(r) || spells(before, r, after)
}

// Shows reports whether a character is seen by itself, wherever it stands. A
// space is: it is as wide as it is.
func Shows(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return ' ' <= r && r < 0x7F
	case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return true
	case !unicode.IsPrint(r):
		return false
	}
	return !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !blank(r)
}

// blank reports whether a character that Unicode counts as a symbol or a mark
// has nothing to show.
func blank(r rune) bool {
	switch r {
	case 0x2800, // BRAILLE PATTERN BLANK
		0x16FE4, // KHITAN SMALL SCRIPT FILLER
		0x1D159: // MUSICAL SYMBOL NULL NOTEHEAD
		return true
	}
	return false
}
