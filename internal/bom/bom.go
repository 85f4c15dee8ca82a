// Package bom deals with the byte order mark that some editors and programs put
// before a text. UTF-8 needs none, but whoever reads JSON may pass over it (RFC
// 8259, section 8.1), and other texts are read likewise.
package bom

import (
	"bytes"
	"fmt"
)

// An Error is a text that its byte order mark says to be no UTF-8.
type Error struct{ Encoding string }

func (e *Error) Error() string {
	return fmt.Sprintf("is %s, by its byte order mark: want UTF-8", e.Encoding)
}

// Skip returns a text without its byte order mark, if it has one. An [*Error]
// is one of another encoding; the text is returned as it is.
func Skip(text []byte) ([]byte, error) {
	for _, m := range []struct{ mark, encoding string }{
		{"\xff\xfe\x00\x00", "UTF-32LE"}, // before that of UTF-16, which it begins with
		{"\x00\x00\xfe\xff", "UTF-32BE"},
		{"\xff\xfe", "UTF-16LE"},
		{"\xfe\xff", "UTF-16BE"},
	} {
		if bytes.HasPrefix(text, []byte(m.mark)) {
			return text, &Error{m.encoding}
		}
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), nil
}
