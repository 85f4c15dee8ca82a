package downloader

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"

	"getflags/downloader/internal/transport"
)

// A Response is an answer with status 200 whose body has arrived whole, or an answer
// with 304 to a request that set a condition. If a task made the request, the response
// must not be used after the task's Fetch returns.
type Response struct {
	// NotModified means that the answer was 304: the version that the request's condition
	// describes (If-None-Match, If-Modified-Since; RFC 9110, section 13.1) is still
	// current. There is no body, and checks are skipped. Only a condition in the header
	// of a [Request] counts.
	NotModified bool
	// Body is the whole body. It must not be changed.
	Body     []byte
	Attempts int // how many times the request was sent until it succeeded

	head   []byte      // the header as it came, until Header decodes it
	header http.Header // decoded
	loan   *transport.Loan
	given  bool // whether a file has the loan
}

// A Check returns an error if something is wrong with an answer that has arrived whole.
type Check func(*Response) error

func check(resp *Response, checks []Check) error {
	for _, c := range checks {
		if err := c(resp); err != nil {
			return &ContentError{Err: err}
		}
	}
	return nil
}

// Header returns the answer's header. If the server compressed the body with gzip, which
// it was not asked to do, Body is decompressed and the header has neither
// Content-Encoding nor Content-Length. Once the body has been written as a file, Header
// returns nil unless it was called before.
func (r *Response) Header() http.Header {
	if r.header == nil && !r.loan.Returned() {
		_, fields, _ := bytes.Cut(r.head, []byte("\n"))
		h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(fields))).ReadMIMEHeader() // it was read before
		r.header = http.Header(h)
	}
	return r.header
}

// File returns the body as a file to write under a name. Once it is written, the memory
// of Body is used for another answer. If File is called again, each further file gets
// its own copy.
func (r *Response) File(name string) File {
	if r.given || r.loan == nil {
		return File{Name: name, Data: bytes.Clone(r.Body)}
	}
	r.given = true
	return File{Name: name, Data: r.Body, loan: r.loan}
}
