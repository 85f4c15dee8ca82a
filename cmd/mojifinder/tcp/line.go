package tcp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// errControl says that the client sent a control character, or telnet's command
// for one.
var errControl = errors.New("control character")

// tooLong says that a line was longer than that many bytes. The line was read
// to its end; the next one is as good as any.
type tooLong int

func (n tooLong) Error() string { return fmt.Sprintf("line longer than %d bytes", int(n)) }

// lines reads queries. It holds no more than a line of the longest length.
type lines struct {
	in  io.ByteReader
	max int // bytes, a carriage return included, the newline not
}

func newLines(r io.Reader, max int) *lines {
	return &lines{telnet{bufio.NewReaderSize(r, max)}, max}
}

// next returns the next line without its end, as valid UTF-8. What stands
// before the end of the file counts as a line, if there is anything. Errors
// are tooLong, errControl, and those of the reader, io.EOF among them.
func (l *lines) next() (string, error) {
	line, err := l.raw()
	if err != nil {
		return "", err
	}
	text := strings.ToValidUTF8(string(line), "\uFFFD")
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && unicode.IsControl(r) }) {
		return "", errControl
	}
	return text, nil
}

// raw reads byte by byte, so that a control character is noticed when it
// comes and not when its line ends. A line ends with a newline, or with carriage
// return and newline or NUL, as telnets send either for the key (RFC 1123,
// section 3.3.1). Tabs and other carriage returns become spaces, which mean the
// same.
func (l *lines) raw() ([]byte, error) {
	var line []byte
	returned := false // the last byte was a carriage return
	for n := 0; ; n++ {
		c, err := l.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && n > 0, err == nil && c == '\n', err == nil && c == 0 && returned:
			return l.fitting(line, n)
		case err != nil:
			return nil, err
		case c < ' ' && c != '\t' && c != '\r', c == 0x7F:
			return nil, errControl
		}
		returned = c == '\r'
		if c < ' ' {
			c = ' '
		}
		if n < l.max {
			line = append(line, c)
		}
	}
}

// fitting returns line, the beginning of one of n bytes, if that is all of it.
func (l *lines) fitting(line []byte, n int) ([]byte, error) {
	if n > l.max {
		return nil, tooLong(l.max)
	}
	return line, nil
}
