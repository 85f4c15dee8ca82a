package replytest

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// Judge is what a client may take for the body of a reply to GET, read by the
// rules alone (RFC 9110, RFC 9112), from all that came until the server closed
// the connection: an error says that it may take none. It is written to be read,
// not to be fast, and shares no code with what it judges.
//
// What stands behind an answer, unless it is another answer, means that its
// length is wrong, so that it is none either (RFC 9112, section 6.3); see
// [JudgeFirst] for a client that cannot have seen it.
func Judge(reply []byte) (body []byte, err error) {
	body, rest, err := JudgeFirst(reply)
	if n := min(len(rest), len("HTTP/")); err == nil && string(rest[:n]) != "HTTP/"[:n] {
		return nil, errors.New("more follows")
	}
	return body, err
}

// JudgeFirst is Judge of a reply's beginning; rest is what stands behind.
func JudgeFirst(reply []byte) (body, rest []byte, err error) {
	text := string(reply)
	for range 6 {
		a, after, err := readAnswer(text)
		switch {
		case err != nil:
			return nil, nil, err
		case a.status < 200 && a.status != 101 && len(a.lengths)+len(a.codings) == 0:
			text = after
			continue
		case a.status != 200:
			return nil, nil, errors.New("another status")
		}
		content, after, err := a.body(after)
		return []byte(content), []byte(after), err
	}
	return nil, nil, errors.New("too many of 1xx")
}

// answer is a header.
type answer struct {
	status           int
	minor            byte
	lengths, codings []string // Content-Length, Transfer-Encoding
	contentCodings   []string
}

var (
	// RFC 9112, section 4.
	statusLine = regexp.MustCompile(`^HTTP/1\.([0-9]) ([1-9][0-9][0-9])(?: [^\r\n\x00]*)?$`)
	// RFC 9112, section 5, where a name is a token (RFC 9110, section 5.6.2).
	fieldLine = regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):([^\\r\\n\\x00]*)$")
	// RFC 9112, section 7.1; the size of what a client can have.
	chunkLine = regexp.MustCompile(`^([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?$`)
	digits    = regexp.MustCompile(`^[0-9]{1,18}$`)
)

// line cuts off a line. It may end with LF alone (RFC 9112, section 2.2).
func line(text string) (line, rest string, err error) {
	line, rest, ok := strings.Cut(text, "\n")
	if !ok {
		return "", "", errors.New("cut off within a line")
	}
	return strings.TrimSuffix(line, "\r"), rest, nil
}

func readAnswer(text string) (a answer, rest string, err error) {
	first, text, err := line(text)
	parts := statusLine.FindStringSubmatch(first)
	if err != nil || parts == nil {
		return a, "", errors.New("no status line")
	}
	a.minor = parts[1][0]
	a.status, _ = strconv.Atoi(parts[2])
	fields, rest, err := readFields(text)
	for _, f := range fields {
		switch strings.ToLower(f[0]) {
		case "content-length":
			a.lengths = append(a.lengths, f[1])
		case "transfer-encoding":
			a.codings = append(a.codings, f[1])
		case "content-encoding":
			a.contentCodings = append(a.contentCodings, f[1])
		}
	}
	return a, rest, err
}

// readFields reads lines up to an empty one. One that begins with white space
// goes on with that before (RFC 9112, section 5.2).
func readFields(text string) (fields [][2]string, rest string, err error) {
	for {
		var next string
		if next, text, err = line(text); err != nil {
			return nil, "", err
		}
		parts := fieldLine.FindStringSubmatch(next)
		switch {
		case next == "":
			return fields, text, nil
		case strings.Trim(next[:1], " \t") == "" && len(fields) > 0 && !strings.ContainsAny(next, "\r\x00"):
			last := &fields[len(fields)-1]
			last[1] = strings.Trim(last[1]+" "+strings.Trim(next, " \t"), " \t")
		case parts == nil:
			return nil, "", errors.New("no field")
		default:
			fields = append(fields, [2]string{parts[1], strings.Trim(parts[2], " \t")})
		}
	}
}

// skipTrailer skips lines up to an empty one. What they say may be discarded (RFC 9112,
// section 7.1.2), so that a name that is none does no harm; but what is no field at
// all may be a part of the body.
func skipTrailer(text string) (rest string, err error) {
	for {
		var next string
		switch next, text, err = line(text); {
		case err != nil || next == "":
			return text, err
		case !strings.Contains(next, ":") && strings.TrimLeft(next, " \t") == next, strings.ContainsAny(next, "\r\x00"):
			return "", errors.New("no field in the trailer")
		}
	}
}

// body reads the content by the one thing that tells its end.
func (a answer) body(text string) (body, rest string, err error) {
	switch {
	case len(a.contentCodings) > 0 && strings.Trim(strings.ToLower(strings.Join(a.contentCodings, "")), " \t") != "identity":
		return "", "", errors.New("is coded")
	case len(a.codings) == 1 && len(a.lengths) == 0 && a.minor > '0' && strings.EqualFold(a.codings[0], "chunked"):
		return readChunks(text)
	case len(a.codings) > 0 || len(a.lengths) == 0:
		return "", "", errors.New("does not tell its end")
	}
	for _, l := range a.lengths {
		if l != a.lengths[0] || !digits.MatchString(l) {
			return "", "", errors.New("no one length")
		}
	}
	n, err := strconv.Atoi(a.lengths[0])
	if err != nil || n > len(text) {
		return "", "", errors.New("cut off")
	}
	return text[:n], text[n:], nil
}

func readChunks(text string) (body, rest string, err error) {
	for {
		size, after, ok := strings.Cut(text, "\r\n")
		parts := chunkLine.FindStringSubmatch(size)
		if !ok || parts == nil {
			return "", "", errors.New("no chunk")
		}
		n, err := strconv.ParseInt(parts[1], 16, 64)
		switch {
		case err == nil && n == 0:
			rest, err := skipTrailer(after)
			return body, rest, err
		case err != nil || int(n) > len(after)-2 || after[n:n+2] != "\r\n":
			return "", "", errors.New("no whole chunk")
		}
		body, text = body+after[:n], after[n+2:]
	}
}
