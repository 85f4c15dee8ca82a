package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"net/http"
	"path"
	"sync"
	"time"

	"getflags/cmd/mojifinder/charindex"
)

//go:embed assets
var assets embed.FS

// format counts the changes to what GET /search writes: caches must not take
// an old one for a new one.
const format = 1

// policy allows what the pages have: their own files, and asking this server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// handler answers the requests of one server.
type handler struct {
	index        *charindex.Index
	writeTimeout time.Duration
	buffers      sync.Pool // of *[]byte, for answers

	// Header values that never change, made once.
	searchTag, searchAge, jsonType []string
}

// Handler answers all requests. It may be used with a server of one's own,
// whose write time-out then holds for requests other than searches.
func (s *Server) Handler() http.Handler {
	h := &handler{
		index: s.Index, writeTimeout: s.Write,
		buffers:   sync.Pool{New: func() any { return new([]byte) }},
		searchTag: []string{fmt.Sprintf(`"%s-%d"`, charindex.UnicodeVersion, format)},
		searchAge: []string{"public, max-age=3600"},
		jsonType:  []string{"application/json"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /search", h.search)
	mux.Handle("GET /{$}", file("index.html", "text/html; charset=utf-8"))
	mux.Handle("GET /docs", file("docs.html", "text/html; charset=utf-8"))
	mux.Handle("GET /openapi.json", file("openapi.json", "application/json"))
	mux.Handle("GET /style.css", file("style.css", "text/css; charset=utf-8"))
	mux.Handle("GET /search.js", file("search.js", "text/javascript; charset=utf-8"))
	mux.Handle("GET /docs.js", file("docs.js", "text/javascript; charset=utf-8"))
	mux.Handle("GET /icon.svg", file("icon.svg", "image/svg+xml"))
	return guard(mux)
}

// guard sets the headers that keep a page to itself, on every answer.
func guard(next http.Handler) http.Handler {
	csp, nosniff, referrer := []string{policy}, []string{"nosniff"}, []string{"no-referrer"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header["Content-Security-Policy"] = csp
		header["X-Content-Type-Options"] = nosniff
		header["Referrer-Policy"] = referrer
		next.ServeHTTP(w, r)
	})
}

// file serves an embedded file, which browsers keep and ask about each time.
func file(name, contentType string) http.Handler {
	content, err := assets.ReadFile(path.Join("assets", name))
	if err != nil {
		panic(err) // the build left out a file named above
	}
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(content))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Etag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}
