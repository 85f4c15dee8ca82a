package downloader

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// receive reads the body of a 200. That of any other answer is thrown away,
// but read, if it is short, so that the connection can be used again. An answer
// of 304 is one only if the request that has it was told to set a condition: to
// any other it brings no file, whatever headers all requests have (RFC 9110,
// section 15.4.5).
func (d *Downloader) receive(resp *http.Response, body io.Reader, r *request) (*Response, error) {
	if err := d.checkVersion(resp); err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusNotModified && r.conditional {
		return &Response{NotModified: true, header: resp.Header}, nil
	}
	if resp.StatusCode != http.StatusOK {
		io.CopyN(io.Discard, body, 16<<10)
		return nil, &StatusError{Code: resp.StatusCode, Header: resp.Header}
	}
	unsized := !tellsEnd(resp)
	if unsized && d.options.Complete == nil {
		return nil, &ContentError{Err: errors.New("the answer does not tell where it ends")}
	}
	data, err := d.content(resp, body)
	if err != nil {
		return nil, err
	}
	if unsized {
		if err := d.options.Complete(data); err != nil {
			return nil, &ContentError{Err: fmt.Errorf("the answer does not tell where it ends, and its content neither: %w", err)}
		}
	}
	return &Response{header: resp.Header, Body: slices.Clip(data), loan: d.buffers.Lend(data)}, nil
}

// plain is a plain answer, of which the size is still to be judged.
func (d *Downloader) plain(a transport.Answer) (*Response, error) {
	if size := int64(len(a.Body)); size > d.options.MaxSize {
		d.buffers.Put(a.Memory)
		return nil, &SizeError{Size: size, Limit: d.options.MaxSize}
	}
	return &Response{head: a.Head, Body: a.Body, loan: d.buffers.Lend(a.Memory)}, nil
}

// checkVersion refuses what is no answer of the protocol that is spoken: package
// http takes a status line of any version, and a status of any three digits. A
// transport of the caller's own may speak HTTP/2 without TLS, which looks the
// same here.
func (d *Downloader) checkVersion(resp *http.Response) error {
	switch {
	case resp.StatusCode < 100:
		return fmt.Errorf("malformed answer: status %03d", resp.StatusCode)
	case d.direct != nil && resp.ProtoMajor != 1 && !negotiated(resp.TLS):
		return fmt.Errorf("malformed answer: %.20q on a connection of HTTP/1.1", resp.Proto)
	}
	return nil
}

// tellsEnd reports whether an answer tells by its header where its body ends, or
// comes by a protocol that always does.
func tellsEnd(resp *http.Response) bool {
	return resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || resp.ProtoMajor > 1 && negotiated(resp.TLS)
}

// negotiated reports whether HTTP/2 or HTTP/3 was agreed on for a connection,
// rather than claimed by a status line.
func negotiated(s *tls.ConnectionState) bool {
	return s != nil && (s.NegotiatedProtocol == "h2" || s.NegotiatedProtocol == "h3")
}

// content reads a body and undoes its coding. Files are asked for without one,
// but some servers know better.
func (d *Downloader) content(resp *http.Response, body io.Reader) ([]byte, error) {
	coded, err := isGzip(resp.Header)
	if err != nil {
		return nil, &ContentError{Err: err}
	}
	data, err := d.readAll(body, resp.ContentLength)
	if err != nil || !coded {
		return data, err
	}
	// What the caller is told is about what the caller gets.
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	return d.gunzip(data)
}

// isGzip reports whether a body is coded with gzip. Any other coding is an error
// that names it (RFC 9110, section 8.4.1).
func isGzip(h http.Header) (coded bool, err error) {
	for _, field := range h["Content-Encoding"] {
		for coding := range strings.SplitSeq(field, ",") {
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "", "identity":
			case "gzip", "x-gzip":
				if coded {
					return false, errors.New("Content-Encoding is gzip twice; want it at most once")
				}
				coded = true
			default:
				return false, fmt.Errorf("Content-Encoding is %.40q, which was not asked for; want none, or gzip", strings.TrimSpace(coding))
			}
		}
	}
	return coded, nil
}

// readAll reads a body of the length announced, or to its end where length is
// -1, into memory sized for it.
func (d *Downloader) readAll(body io.Reader, length int64) ([]byte, error) {
	most := d.options.MaxSize
	if length > most {
		return nil, &SizeError{Size: length, Limit: most}
	}
	// A body is taken at its word for its length only up to a megabyte. One
	// byte more lets the last read see the end.
	first := 32 << 10
	if length >= 0 {
		first = int(min(length+1, limit.Believed))
	}
	data := d.buffers.Get(first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > most:
			return nil, &SizeError{Size: -1, Limit: most}
		case err == io.EOF:
			return d.buffers.Fit(data), nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, cutOff(len(data), length, err)
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

func cutOff(got int, length int64, err error) error {
	if length < 0 {
		return fmt.Errorf("body cut off after %d bytes: %w", got, err)
	}
	return fmt.Errorf("body cut off after %d of %d bytes: %w", got, length, err)
}
