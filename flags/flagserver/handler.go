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
	loops     bool // RedirectLoop is one of the faults
}

// New returns a handler for the files of set, such as [Set], with paths such as
// br/br.gif. It assumes that files without a modification time never change, and
// keeps them in memory once read. New fails if b is invalid; see
// [Behaviour.Validate].
func New(set fs.FS, b Behaviour) (*Handler, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	h := &Handler{behaviour: b, library: library{set: set, now: time.Now}}
	h.loops = slices.ContainsFunc(b.Faults, func(f Fault) bool { return f.Kind == RedirectLoop })
	h.buffers.New = func() any { return new([pieceSize]byte) }
	return h, nil
}

// Stats returns the numbers of all requests so far.
func (h *Handler) Stats() Stats { return h.count.stats() }

// ServeHTTP answers one request. To cut the connection it panics with
// [http.ErrAbortHandler]. It ends as soon as the request's context ends.
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
	// Let the requests that arrived together with this one be counted before it
	// is answered. Otherwise a fast server would count fewer open requests than
	// its clients have.
	runtime.Gosched()
	if readOnly(a, r) {
		h.answer(a, r)
	}
}

// readOnly refuses all requests except GET and HEAD without a body. While a body
// is unread, net/http does not notice that the client has left.
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

// answer does the steps of the book's servers in their order: wait, fail, serve.
func (h *Handler) answer(a *answer, r *http.Request) {
	f := fate{}
	if inLoop := h.loops && r.URL.RawQuery == loopQuery; inLoop {
		f.kind = RedirectLoop
	} else if h.behaviour.isRandom() {
		f = h.draw(r.URL.Path)
	}
	if !wait(r.Context(), f.delay) {
		abort()
	}
	if !h.failWhole(a, f.kind) {
		h.answerFile(a, r, f)
	}
}

// A fate is the outcome of one request; see [Behaviour.Outcome].
type fate struct {
	n     int // earlier requests for the path
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

// open opens the requested file, or returns the status that explains why not.
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

// openStatus returns the status for a file that could not be opened. "Not found"
// must be true: it fits links that lead outside and names that the system
// refuses, but not a lack of permission or of file descriptors.
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

// wait waits for d. It reports whether the wait ended before the context.
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
