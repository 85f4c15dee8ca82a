package downloader

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// gunzip decompresses data (RFC 1952), up to the size that a body may have. It takes over
// the memory of data.
func (r *reader) gunzip(data []byte) ([]byte, error) {
	defer r.buffers.Put(data)
	switch {
	case len(data) == 0:
		return nil, &ContentError{Err: errors.New("Content-Encoding is gzip, but the body is empty")}
	case !isMember(data):
		return nil, &ContentError{Err: fmt.Errorf("Content-Encoding is gzip, but the body is not: it begins with %q", data[:min(len(data), 8)])}
	}
	m := &members{data: data, rest: bytes.NewReader(data)}
	err := m.next()
	var plain []byte
	if err == nil {
		plain, err = r.readAll(m, -1)
	}
	var size *SizeError
	if err != nil && !errors.As(err, &size) {
		err = &ContentError{Err: fmt.Errorf("Content-Encoding is gzip, and so is the body, but %w", err)}
	}
	return plain, err
}

// isMember reports whether data begins like a member (RFC 1952, section 2.3.1), or like
// the beginning of one.
func isMember(data []byte) bool {
	return strings.HasPrefix("\x1f\x8b\x08", string(data[:min(len(data), 3)]))
}

// members reads the members of a gzip file one after the other (RFC 1952, section 2.2).
// A [gzip.Reader] can do that, too, but has the same error for a file that is cut off
// and for one with something behind it.
type members struct {
	data []byte
	rest *bytes.Reader // the unread part of data
	z    gzip.Reader
}

func (m *members) next() error {
	if read := len(m.data) - m.rest.Len(); !isMember(m.data[read:]) {
		return fmt.Errorf("something else follows its %d bytes", read)
	}
	err := explain(m.z.Reset(m.rest))
	m.z.Multistream(false)
	return err
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.z.Read(p)
	if err == io.EOF && m.rest.Len() > 0 {
		return n, m.next()
	}
	return n, explain(err)
}

// explain says in words what an error within a member means.
func explain(err error) error {
	switch {
	case err == nil, err == io.EOF:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends too early")
	}
	return fmt.Errorf("it is damaged: %w", err)
}
