package transport

import (
	"bytes"
	"errors"
	"fmt"
)

// headEnd returns the length of a header including the empty line that ends it, or 0 if
// that line is missing.
func headEnd(text []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(text[n:], '\n')
		if i < 0 {
			return 0
		}
		n += i + 1
		switch rest := text[n:]; {
		case bytes.HasPrefix(rest, []byte("\n")):
			return n + 1
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return n + 2
		}
	}
}

// A head is what a header says about where the answer ends.
type head struct {
	status  int
	old     bool // HTTP/1.0
	lengths int  // fields that tell a length
	codings int  // fields that tell how it is transferred
}

// isFramed reports whether the header tells where a body ends.
func (h head) isFramed() bool { return h.lengths > 0 || h.codings > 0 }

// parseHead refuses a header that two readers may understand differently, but package
// http accepts. Package http finds everything else that is wrong with it.
func parseHead(text []byte) (h head, err error) {
	line, rest := cutLine(text)
	if h, err = parseStatus(line); err != nil {
		return h, err
	}
	for len(rest) > 0 {
		if line, rest = cutLine(rest); len(line) == 0 {
			break
		}
		if err := h.add(line); err != nil {
			return h, err
		}
	}
	return h, h.check()
}

// cutLine cuts off a line, without its end (RFC 9112, section 2.2).
func cutLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// parseStatus parses a status line of HTTP/1.x, with a status of three digits of which
// the first is its class (RFC 9112, section 4; RFC 9110, section 15). No other version
// is spoken on this connection.
func parseStatus(line []byte) (h head, err error) {
	const form = "HTTP/1.1 200"
	if len(line) < len(form) || len(line) > len(form) && line[len(form)] != ' ' || bytes.ContainsAny(line, "\r\x00") ||
		string(line[:7]) != form[:7] || !isDigit(line[7]) || line[8] != ' ' {
		return h, malformedStatus(line)
	}
	for _, b := range line[9:12] {
		if !isDigit(b) {
			return h, malformedStatus(line)
		}
		h.status = 10*h.status + int(b-'0')
	}
	if h.status < 100 {
		return h, malformedStatus(line)
	}
	h.old = line[7] == '0'
	return h, nil
}

func malformedStatus(line []byte) error {
	return fmt.Errorf("malformed HTTP/1.1 status line %.40q", line)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// add takes note of a line of the header (RFC 9112, section 5).
func (h *head) add(line []byte) error {
	if bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, 0) >= 0 {
		return fmt.Errorf("malformed header line %.40q: has a character that none may have", line)
	}
	if line[0] == ' ' || line[0] == '\t' {
		return nil // goes on with the line before
	}
	name, _, ok := bytes.Cut(line, []byte(":"))
	if !ok || bytes.ContainsAny(name, " \t") || len(name) == 0 {
		return fmt.Errorf("malformed header line %.40q: want a name, a colon and a value", line)
	}
	switch {
	case bytes.EqualFold(name, []byte("Content-Length")):
		h.lengths++
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		h.codings++
	}
	return nil
}

// check refuses a header that says twice, or against the rules, where the answer ends
// (RFC 9112, section 6.1).
func (h head) check() error {
	switch {
	case h.lengths > 0 && h.codings > 0:
		return errors.New("the answer has both Content-Length and Transfer-Encoding, so it is not clear where it ends")
	case h.codings > 0 && h.old:
		return errors.New("the answer has Transfer-Encoding, which HTTP/1.0 does not know")
	case h.isFramed() && h.status < 200:
		return fmt.Errorf("the answer of status %d has a body, which none of 1xx has", h.status)
	}
	return nil
}
