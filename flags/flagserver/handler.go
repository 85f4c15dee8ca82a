package flagserver

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"runtime"
	"slices"
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
	loops     bool // whether RedirectLoop is among the faults
}

// New returns a handler for the files of set, such as [Set], which is rooted
// so that br/br.gif is one of its paths. Files of set without a time of
// modification are taken never to change, and kept in memory once read. New
// fails if b makes no sense; see [Behaviour.Validate].
func New(set fs.FS, b Behaviour) (*Handler, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	h := &Handler{behaviour: b, library: library{set: set, now: time.Now}}
	h.loops = slices.ContainsFunc(b.Faults, func(f Fault) bool { return f.Kind == RedirectLoop })
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
	a := &answer{
		ResponseWriter: w,
		request:        r.Context(),
		count:          &h.count,
		number:         h.count.enter(),
		buffers:        &h.buffers,
		isHead:         r.Method == http.MethodHead,
	}
	defer a.release()
	// Whatever arrived together with this request is counted before this one
	// is answered. Without it a fast server would seem to have fewer requests
	// open than its clients know they have.
	runtime.Gosched()
	if readOnly(a, r) {
		h.answer(a, r)
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
func (h *Handler) answer(a *answer, r *http.Request) {
	f := fate{}
	if inLoop := h.loops && r.URL.RawQuery == loopQuery; inLoop {
		f.kind = RedirectLoop
	} else if h.behaviour.chancy() {
		f = h.draw(r.URL.Path)
	}
	if !wait(r.Context(), f.delay) {
		abort()
	}
	if !h.failWhole(a, f.kind) {
		h.answerFile(a, r, f)
	}
}

// A fate is what befalls one request.
type fate struct {
	n     int // how often the path was asked for before
	delay time.Duration
	kind  Kind
}

func (h *Handler) draw(path string) fate {
	n := h.asked.next(path)
	delay, kind := h.behaviour.Outcome(path, n)
	return fate{n, delay, kind}
}

func (h *Handler) answerFile(a *answer, r *http.Request, fate fate) {
	f, code := h.open(r)
	if code == 0 {
		defer f.close()
	}
	switch {
	case fate.kind == Reset:
		reset(a, f)
	case code != 0:
		a.fail(code)
	case fate.kind != "":
		h.spoil(a, r, f, fate)
	default:
		f.serve(a, r)
	}
}

// open opens the file that r asks for, or returns the status for its lack.
func (h *Handler) open(r *http.Request) (*file, int) {
	name, ok := fileName(r.URL)
	if !ok {
		return nil, http.StatusNotFound
	}
	f, err := h.library.open(name)
	if err != nil {
		return nil, openStatus(err)
	}
	return f, 0
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
