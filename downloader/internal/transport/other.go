package transport

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// maxHeader is the most bytes that the header of an answer may have, and maxInformational
// the most answers with status 1xx before the final one.
const (
	maxHeader        = 256 << 10
	maxInformational = 5
)

var errHeaderTooLarge = fmt.Errorf("the answer's header has more than the %d bytes allowed", maxHeader)

// other reads the header of an answer that is not plain and of which came has been read.
func (c *conn) other(came []byte) (*http.Response, error) {
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(came)), c)
	c.left = maxHeader - int64(len(came))
	if c.r == nil {
		c.r = bufio.NewReader(rest)
	} else {
		c.r.Reset(rest)
	}
	return c.receive()
}

// Read reads from the connection, within bounds.
func (c *conn) Read(p []byte) (int, error) {
	if c.inBody {
		return c.readBody(p)
	}
	if c.left <= 0 {
		return 0, errHeaderTooLarge
	}
	n, err := c.await(p[:min(int64(len(p)), c.left)], c.until)
	c.left -= int64(n)
	return n, err
}

// receive reads the header of the final answer, after any with status 1xx (RFC 9110,
// section 15.2).
func (c *conn) receive() (*http.Response, error) {
	for range maxInformational + 1 {
		text, err := c.head()
		if err != nil {
			return nil, err
		}
		h, err := parseHead(text)
		if err != nil {
			return nil, err
		}
		resp, err := http.ReadResponse(c.r, nil)
		if err != nil {
			return nil, err
		}
		if h.status >= 200 || h.status == http.StatusSwitchingProtocols {
			resp.Close = resp.Close || h.status == http.StatusNoContent && h.isFramed()
			return resp, nil
		}
	}
	return nil, fmt.Errorf("more than %d answers of status 1xx before the one that counts", maxInformational)
}

// head returns the bytes of the next header without consuming them.
func (c *conn) head() ([]byte, error) {
	for {
		came, _ := c.r.Peek(c.r.Buffered()) // no more than there is: no error
		if n := headEnd(came); n > 0 {
			return came[:n], nil
		}
		if line, _, ok := bytes.Cut(came, []byte("\n")); ok { // no need to wait for the rest
			if _, err := parseStatus(bytes.TrimSuffix(line, []byte("\r"))); err != nil {
				return nil, err
			}
		}
		if len(came) >= maxHeader {
			return nil, errHeaderTooLarge
		}
		if len(came) == c.r.Size() {
			c.makeRoom(came)
		}
		switch _, err := c.r.Peek(len(came) + 1); {
		case err == nil:
			c.began()
		case err == io.EOF && len(came) > 0:
			return nil, fmt.Errorf("the connection was closed within the answer's header: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return nil, err
		}
	}
}

// makeRoom doubles the buffer for a header that fills it.
func (c *conn) makeRoom(came []byte) {
	came = bytes.Clone(came)
	c.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(came), c), 2*c.r.Size())
	c.r.Peek(len(came)) // of what is in memory: no error
}
