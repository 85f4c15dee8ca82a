package downloader

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"getflags/downloader/internal/transport"
)

// receive reads the body of an answer with status 200. Another answer's body is thrown
// away, but read if it is short, so that the connection can be used again. Status 304
// is accepted only if the request set a condition: it is an answer to nothing else,
// whatever headers all requests have (RFC 9110, section 15.4.5).
func (r *reader) receive(resp *http.Response, body io.Reader, conditional bool) (*Response, error) {
	if err := r.checkVersion(resp); err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusNotModified && conditional {
		return &Response{NotModified: true, header: resp.Header}, nil
	}
	if resp.StatusCode != http.StatusOK {
		io.CopyN(io.Discard, body, 16<<10)
		return nil, &StatusError{Code: resp.StatusCode, Header: resp.Header}
	}
	unsized := !tellsEnd(resp)
	if unsized && r.complete == nil {
		return nil, &ContentError{Err: errors.New("the answer does not tell where it ends")}
	}
	data, err := r.content(resp, body)
	if err != nil {
		return nil, err
	}
	if unsized {
		if err := r.complete(data); err != nil {
			return nil, &ContentError{Err: fmt.Errorf("the answer does not tell where it ends, and its content neither: %w", err)}
		}
	}
	return &Response{header: resp.Header, Body: slices.Clip(data), loan: r.buffers.Lend(data)}, nil
}

// plain makes a response of a plain answer, unless it is too large.
func (r *reader) plain(a transport.Answer) (*Response, error) {
	if size := int64(len(a.Body)); size > r.maxSize {
		r.buffers.Put(a.Memory)
		return nil, &SizeError{Size: size, Limit: r.maxSize}
	}
	return &Response{head: a.Head, Body: a.Body, loan: r.buffers.Lend(a.Memory)}, nil
}

// checkVersion refuses an answer that is not of the protocol in use: package http
// accepts a status line with any version, and a status of any three digits. A caller's
// transport may speak HTTP/2 without TLS, so its answers are not held to that.
func (r *reader) checkVersion(resp *http.Response) error {
	switch {
	case resp.StatusCode < 100:
		return fmt.Errorf("malformed answer: status %03d", resp.StatusCode)
	case r.strict && resp.ProtoMajor != 1 && !negotiated(resp.TLS):
		return fmt.Errorf("malformed answer: %.20q on a connection of HTTP/1.1", resp.Proto)
	}
	return nil
}

// tellsEnd reports whether the header says where the body ends, or the protocol always
// does.
func tellsEnd(resp *http.Response) bool {
	return resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || resp.ProtoMajor > 1 && negotiated(resp.TLS)
}

// negotiated reports whether HTTP/2 or HTTP/3 was agreed on for a connection,
// rather than claimed by a status line.
func negotiated(s *tls.ConnectionState) bool {
	return s != nil && (s.NegotiatedProtocol == "h2" || s.NegotiatedProtocol == "h3")
}

// content reads a body and undoes its coding. None is asked for, but some servers use
// one all the same.
func (r *reader) content(resp *http.Response, body io.Reader) ([]byte, error) {
	coded, err := isGzip(resp.Header)
	if err != nil {
		return nil, &ContentError{Err: err}
	}
	data, err := r.readAll(body, resp.ContentLength)
	if err != nil || !coded {
		return data, err
	}
	// These would describe the coded body, which the caller does not get.
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	return r.gunzip(data)
}

// isGzip reports whether a body is coded with gzip. Any other coding is an error (RFC
// 9110, section 8.4.1).
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
