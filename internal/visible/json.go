package visible

import (
	"io"
	"strings"
	"unicode/utf16"
)

// JSON returns a JSON text of the same meaning, in which what is not seen is
// escaped, as \u202e is: package encoding/json does so below U+0020 only. The
// text has to be valid; white space between its tokens stays.
func JSON(data []byte) []byte {
	return []byte(replace(string(data), func(b *strings.Builder, r rune, raw string) {
		if r < ' ' { // such a byte is never part of a JSON string
			b.WriteString(raw)
			return
		}
		units := utf16.AppendRune(nil, r)
		for _, u := range units {
			const hex = "0123456789abcdef"
			b.Write([]byte{'\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15]})
		}
	}))
}

// JSONWriter returns a writer that hands on to w what [JSON] makes of each
// piece written, which is to be a whole JSON text, as those of a
// [json.Encoder] are.
func JSONWriter(w io.Writer) io.Writer { return jsonWriter{w} }

type jsonWriter struct{ w io.Writer }

func (j jsonWriter) Write(p []byte) (int, error) {
	if _, err := j.w.Write(JSON(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
