package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"getflags/cmd/mojifinder/charindex"
	"getflags/internal/visible"
)

// maxQuery bounds q, in characters. The longest name has 83.
const maxQuery = 1024

// piece is how much of an answer is written at once.
const piece = 32 << 10

// searchRequest is what GET /search understands.
type searchRequest struct {
	query         string
	offset, limit int // limit is -1 for all
}

// problem is one error of a request, shaped as FastAPI shapes it.
type problem struct {
	Type string   `json:"type"` // as pydantic calls it
	Loc  []string `json:"loc"`  // "query" and the parameter
	Msg  string   `json:"msg"`
}

func problemOf(parameter, kind, format string, a ...any) problem {
	return problem{kind, []string{"query", parameter}, fmt.Sprintf(format, a...)}
}

// parseSearch reads the query part of a URL. Of a parameter given twice the
// last counts; unknown ones are ignored.
func parseSearch(raw string) (req searchRequest, problems []problem) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return req, []problem{{"value_error", []string{"query"}, err.Error()}}
	}
	switch q := values["q"]; {
	case len(q) == 0:
		problems = append(problems, problemOf("q", "missing", "Field required"))
	case utf8.RuneCountInString(q[len(q)-1]) > maxQuery:
		problems = append(problems, problemOf("q", "string_too_long", "String should have at most %d characters", maxQuery))
	default:
		req.query = q[len(q)-1]
	}
	var p []problem
	req.offset, p = parseCount(values, "offset", 0)
	problems = append(problems, p...)
	req.limit, p = parseCount(values, "limit", -1)
	return req, append(problems, p...)
}

func parseCount(values url.Values, name string, missing int) (int, []problem) {
	given := values[name]
	if len(given) == 0 {
		return missing, nil
	}
	n, err := strconv.Atoi(given[len(given)-1])
	if err != nil {
		return 0, []problem{problemOf(name, "int_parsing", "Input should be a valid integer")}
	}
	if n < 0 {
		return 0, []problem{problemOf(name, "greater_than_equal", "Input should be greater than or equal to 0")}
	}
	return n, nil
}

func (h *handler) search(w http.ResponseWriter, r *http.Request) {
	req, problems := parseSearch(r.URL.RawQuery)
	if problems != nil {
		refuse(w, problems)
		return
	}
	header := w.Header()
	header["Etag"] = h.searchTag
	header["Cache-Control"] = h.searchAge
	if matches(r.Header.Values("If-None-Match"), h.searchTag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	found := h.index.Search(req.query)
	total := found.Len()
	header["X-Total-Count"] = []string{strconv.Itoa(total)}
	if req.limit >= 0 || req.offset > 0 {
		found = page(header, found, req, total)
	}
	header["Content-Type"] = h.jsonType
	if r.Method != http.MethodHead {
		h.write(w, found)
	}
}

// page picks what req asks for, and tells where the next page is (RFC 8288).
func page(header http.Header, found charindex.Set, req searchRequest, total int) charindex.Set {
	limit := req.limit
	if limit < 0 {
		limit = total
	}
	if next := req.offset + limit; limit > 0 && req.offset < total && limit < total-req.offset {
		v := url.Values{"q": {req.query}, "limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(next)}}
		header.Set("Link", fmt.Sprintf(`</search?%s>; rel="next"`, v.Encode()))
	}
	return found.Page(req.offset, limit)
}

// write writes found as a JSON array. An error means that the client is gone
// or did not take a piece in time; then there is nobody left to tell.
func (h *handler) write(w http.ResponseWriter, found charindex.Set) {
	b := h.buffers.Get().(*[]byte)
	defer h.buffers.Put(b)
	s := stream{w: w, control: http.NewResponseController(w), timeout: h.writeTimeout, buffer: (*b)[:0]}
	defer func() { *b = s.buffer }()
	before := byte('[')
	for r := range found.All() {
		s.buffer = appendCharacter(append(s.buffer, before), r)
		before = ','
		if len(s.buffer) >= piece && s.flush() != nil {
			return
		}
	}
	if before == '[' {
		s.buffer = append(s.buffer, '[')
	}
	s.buffer = append(s.buffer, ']')
	if !s.begun {
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(s.buffer))}
	}
	s.flush()
}

// stream writes an answer in pieces and gives each its own time to be taken.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	buffer  []byte
	begun   bool
}

func (s *stream) flush() error {
	s.begun = true
	s.control.SetWriteDeadline(time.Now().Add(s.timeout))
	_, err := s.w.Write(s.buffer)
	s.buffer = s.buffer[:0]
	return err
}

// appendCharacter appends {"char":"😸","name":"GRINNING …"}. Of the characters
// with a name JSON wants two escaped; those that are not seen are, too, so that
// nothing that shows the answer obeys it. Names are letters, digits, spaces and
// hyphens.
func appendCharacter(b []byte, r rune) []byte {
	b = append(b, `{"char":"`...)
	switch {
	case r == '"', r == '\\':
		b = append(b, '\\', byte(r))
	case visible.Shows(r):
		b = utf8.AppendRune(b, r)
	default:
		b = append(b, visible.JSON([]byte(string(r)))...)
	}
	b = append(b, `","name":"`...)
	b = charindex.AppendName(b, r)
	return append(b, `"}`...)
}

// refuse answers with the errors as FastAPI's HTTPValidationError.
func refuse(w http.ResponseWriter, problems []problem) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusUnprocessableEntity)
	json.NewEncoder(w).Encode(map[string][]problem{"detail": problems})
}
