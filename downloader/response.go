package downloader

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"

	"getflags/downloader/internal/transport"
)

// A Response is an answer with status 200 whose body has arrived whole, or one
// with 304 to a request that set a condition of its own. It is the task's that
// made the request, until its Fetch returns.
type Response struct {
	// NotModified says that the answer was 304: what the request's condition
	// (If-None-Match, If-Modified-Since; RFC 9110, section 13.1) describes is
	// still current. There is no body, and checks are not made. Only a condition
	// in the header of the request given to [Client.Do] counts.
	NotModified bool
	// Body is the whole of it. It must not be changed.
	Body     []byte
	Attempts int // how many times the request was sent until it succeeded

	head   []byte      // the header as it came, until somebody asks for it
	header http.Header // and then
	loan   *transport.Loan
	given  bool // whether a file has the loan
}

// A Check looks at an answer that has arrived whole and tells what is wrong
// with it, if anything is.
type Check func(*Response) error

func check(resp *Response, checks []Check) error {
	for _, c := range checks {
		if err := c(resp); err != nil {
			return &ContentError{Err: err}
		}
	}
	return nil
}

// Header is the answer's. Where the server coded the body with gzip, though it
// was not asked to, Body is decoded, and Content-Encoding and Content-Length are
// left out. Once the body is a file that is written, it is nil, if nobody asked
// before.
func (r *Response) Header() http.Header {
	if r.header == nil && !r.loan.Returned() {
		_, fields, _ := bytes.Cut(r.head, []byte("\n"))
		h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(fields))).ReadMIMEHeader() // it was read before
		r.header = http.Header(h)
	}
	return r.header
}

// File is the body as a file of a name. When that is written, the body's memory
// serves another answer: nobody looks at Body then. Of further files of the same
// response, each has its own copy.
func (r *Response) File(name string) File {
	if r.given || r.loan == nil {
		return File{Name: name, Data: bytes.Clone(r.Body)}
	}
	r.given = true
	return File{Name: name, Data: r.Body, loan: r.loan}
}
