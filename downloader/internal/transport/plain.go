package transport

import (
	"bytes"

	"getflags/downloader/internal/limit"
)

// A plain answer is what most answers are: HTTP/1.1, status 200, one Content-Length of no
// more than is believed, no coding, on a connection that stays open, and written exactly
// by the rules. Everything else is left to package http.
type plain struct {
	head   int // bytes of the header, with the empty line at its end
	length int // bytes of the body
}

// A verdict is what the bytes so far show about an answer.
type verdict int

const (
	unfinished verdict = iota // the header is not there whole
	isPlain
	notPlain
)

// parsePlain parses the header of an answer that may be plain (RFC 9112, sections 4, 5
// and 6).
func parsePlain(text []byte) (p plain, v verdict) {
	p.length = -1
	for {
		line, rest, ended := bytes.Cut(text[p.head:], []byte("\n"))
		line, strict := bytes.CutSuffix(line, []byte("\r"))
		isStatus := p.head == 0
		switch {
		case !ended:
			return p, unfinished
		case !strict, isStatus && !isPlainStatus(line), !isStatus && len(line) > 0 && !p.field(line):
			return p, notPlain
		}
		p.head = len(text) - len(rest)
		switch {
		case len(line) > 0:
		case p.length < 0:
			return p, notPlain
		default:
			return p, isPlain
		}
	}
}

// isPlainStatus reports whether a line is the status line of a plain answer.
func isPlainStatus(line []byte) bool {
	return bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) && isFieldValue(line)
}

// field parses a line of the header and reports whether a plain answer may have it.
func (p *plain) field(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || !isToken(name) || !isFieldValue(value) {
		return false
	}
	value = bytes.Trim(value, " \t")
	switch len(name) {
	case len("Content-Length"):
		if bytes.EqualFold(name, []byte("Content-Length")) {
			return p.setLength(value)
		}
	case len("Connection"):
		return !bytes.EqualFold(name, []byte("Connection")) || bytes.EqualFold(value, []byte("keep-alive"))
	case len("Trailer"): // and Upgrade
		return !bytes.EqualFold(name, []byte("Trailer")) && !bytes.EqualFold(name, []byte("Upgrade"))
	case len("Content-Encoding"):
		return !bytes.EqualFold(name, []byte("Content-Encoding"))
	case len("Transfer-Encoding"):
		return !bytes.EqualFold(name, []byte("Transfer-Encoding"))
	}
	return true
}

// setLength parses a Content-Length (RFC 9110, section 8.6), of which there may be only
// one.
func (p *plain) setLength(digits []byte) bool {
	if p.length >= 0 || len(digits) == 0 || len(digits) > len("1048576") {
		return false
	}
	p.length = 0
	for _, d := range digits {
		if !isDigit(d) {
			return false
		}
		p.length = 10*p.length + int(d-'0')
	}
	return p.length <= limit.Believed
}
