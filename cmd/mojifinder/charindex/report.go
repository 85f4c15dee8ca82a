package charindex

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"getflags/internal/visible"
)

// Report writes the set as people read it: a line for each character, such as
//
//	U+1F638	😸	GRINNING CAT FACE WITH SMILING EYES
//
// with tabs between the three, then a line of 66 dashes and the number found.
// A character that a terminal obeys, or of which nothing is seen, is escaped:
// U+202E is \u202e there.
// Each line ends in newline, which is "\n" or "\r\n", and is one call of
// w.Write: bring a buffer. It stops at the first error of w.
func (s Set) Report(w io.Writer, newline string) error {
	var line []byte
	for r := range s.All() {
		line = append(appendHex(append(line[:0], "U+"...), r), '\t')
		line = append(appendVisible(line, r), '\t')
		line = append(AppendName(line, r), newline...)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s %d found%s", strings.Repeat("─", 66), s.Len(), newline)
	return err
}

func appendVisible(b []byte, r rune) []byte {
	if visible.Shows(r) {
		return utf8.AppendRune(b, r)
	}
	return append(b, visible.Text(string(r))...)
}
