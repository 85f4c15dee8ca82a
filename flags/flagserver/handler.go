package flagserver

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A Handler serves a set of flags in some [Behaviour]. It is safe for
// concurrent use. Make one with [New].
type Handler struct {
	behaviour Behaviour
	library   library
	asked     tally
	count     counter
	buffers   sync.Pool
}

// New returns a handler for the files of set, such as [Set], which is rooted
// so that br/br.gif is one of its paths. It fails if b makes no sense; see
// [Behaviour.Validate].
func New(set fs.FS, b Behaviour) (*Handler, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	h := &Handler{behaviour: b, library: library{set: set}}
	h.buffers.New = func() any { return new([pieceSize]byte) }
	return h, nil
}

// Stats returns what the handler has seen so far.
func (h *Handler) Stats() Stats { return h.count.stats() }

// ServeHTTP answers one request. It returns, or panics with
// [http.ErrAbortHandler] as the way to cut the connection, as soon as the
// request's context ends.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == statsPath {
		h.count.serveHTTP(w, r)
		return
	}
	start := time.Now()
	if !h.count.enter(r.Context(), h.behaviour.chancy()) {
		abort()
	}
	a := &answer{ResponseWriter: w, count: &h.count, buffers: &h.buffers, isHead: r.Method == http.MethodHead}
	defer a.release()
	// Whatever arrived together with this request is counted before this one
	// is answered. Without it a fast server would seem to have fewer requests
	// open than its clients know they have.
	runtime.Gosched()
	if readOnly(a, r) {
		h.answer(a, r, start)
	}
}

// readOnly refuses what is not a plain GET or HEAD. A body is refused too, as
// net/http does not notice that a client has gone while there is one to read.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "405 method not allowed: want GET or HEAD", http.StatusMethodNotAllowed)
		return false
	case r.ContentLength != 0:
		w.Header().Set("Connection", "close")
		http.Error(w, "400 bad request: want no body", http.StatusBadRequest)
		return false
	}
	return true
}

// answer does what the book's servers do, in their order: wait, fail, serve.
func (h *Handler) answer(a *answer, r *http.Request, start time.Time) {
	delay, kind := h.outcome(r.URL.Path)
	if !wait(r.Context(), delay-time.Since(start)) {
		abort()
	}
	if code := kind.status(); code != 0 {
		h.failStatus(a, code)
		return
	}
	f, ok := h.open(a, r)
	if !ok {
		return
	}
	defer f.close()
	f.serve(a, r)
}

// outcome draws for a request, if there is anything to draw.
func (h *Handler) outcome(path string) (time.Duration, Kind) {
	if !h.behaviour.chancy() {
		return 0, ""
	}
	return h.behaviour.Outcome(path, h.asked.next(path))
}

// open opens the file that r asks for, or answers why it cannot.
func (h *Handler) open(a *answer, r *http.Request) (*file, bool) {
	name, ok := fileName(r.URL)
	if !ok {
		a.fail(http.StatusNotFound)
		return nil, false
	}
	f, err := h.library.open(name)
	if err != nil {
		a.fail(openStatus(err))
		return nil, false
	}
	return f, true
}

// openStatus returns the status for a file that could not be opened. "Not
// found" has to be true: links that lead outside and names that the system
// refuses are not found; that a machine has too many files open, or may not
// read one, is another matter.
func openStatus(err error) int {
	var pathError *fs.PathError
	var number syscall.Errno
	switch {
	case errors.Is(err, fs.ErrPermission):
		return http.StatusForbidden
	case errors.As(err, &number) && (number.Temporary() || number == syscall.EIO):
		return http.StatusInternalServerError
	case errors.As(err, &pathError), errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

// wait waits for d, and reports whether the context lasted that long.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
