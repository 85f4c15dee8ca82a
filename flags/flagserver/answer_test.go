package flagserver

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A watchingWriter tells of each write before it does it, and then fails if it
// has taken all that it takes.
type watchingWriter struct {
	header  http.Header
	onWrite func(p []byte)
	takes   int
}

func (w *watchingWriter) Header() http.Header { return w.header }
func (w *watchingWriter) WriteHeader(int)     {}
func (w *watchingWriter) Write(p []byte) (int, error) {
	if w.onWrite != nil {
		w.onWrite(p)
	}
	n := min(len(p), w.takes)
	w.takes -= n
	if n < len(p) {
		return n, io.ErrClosedPipe
	}
	return n, nil
}

// A request is out of those in flight before its client can have all of the
// answer, whether the body is small or takes several writes; one of unknown
// length when it is over.
func TestReleasedBeforeLastByte(t *testing.T) {
	for _, tt := range []struct {
		length string
		writes []int
		want   []int64 // in flight at each write to the network
	}{
		{"1", []int{1}, []int64{0}},
		{"2", []int{1, 1}, []int64{1, 0}},
		{strconv.Itoa(3 * pieceSize), []int{3 * pieceSize}, []int64{1, 1, 0}},
		{"", []int{1, 1, 1}, []int64{1, 1, 1}},
	} {
		var h Handler
		var inFlight []int64
		h.count.enter()
		w := &watchingWriter{header: http.Header{"Content-Length": {tt.length}}, takes: 3 * pieceSize}
		w.onWrite = func([]byte) { inFlight = append(inFlight, h.Stats().InFlight) }
		a := &answer{ResponseWriter: w, request: t.Context(), count: &h.count}
		for _, size := range tt.writes {
			if n, err := a.Write(make([]byte, size)); n != size || err != nil {
				t.Errorf("Write: %d, %v", n, err)
			}
		}
		a.release()
		if diff := cmp.Diff(tt.want, inFlight); diff != "" {
			t.Errorf("length %q, in flight at each write: %s", tt.length, diff)
		}
		if n := h.Stats().InFlight; n != 0 {
			t.Errorf("length %q: %d in flight at the end", tt.length, n)
		}
	}
}

// Of a client that has gone only the bytes count that it took, and its request
// counts for nothing among those that came after it; of another all do.
func TestStatsOfAnswerThatFails(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for name, tt := range map[string]struct {
		request context.Context
		takes   int
		want    Stats
	}{
		"answered":          {t.Context(), 10, Stats{Requests: 2, InFlight: 1, MaxInFlight: 2, Bytes: 10}},
		"gone":              {gone, 10, Stats{Requests: 2, InFlight: 1, MaxInFlight: 1, Bytes: 10}},
		"gone meanwhile":    {t.Context(), 3, Stats{Requests: 2, InFlight: 1, MaxInFlight: 1, Bytes: 3}},
		"gone at the start": {t.Context(), 0, Stats{Requests: 2, InFlight: 1, MaxInFlight: 1}},
	} {
		var c counter
		a := &answer{ResponseWriter: &watchingWriter{header: http.Header{}, takes: tt.takes},
			request: tt.request, count: &c, number: c.enter()}
		c.enter()
		if n, err := a.Write(make([]byte, 10)); n != tt.takes || (err != nil) != (n < 10) {
			t.Errorf("%s: Write: %d, %v", name, n, err)
		}
		a.release()
		if diff := cmp.Diff(tt.want, c.stats()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A file in memory goes out without a copy, as a whole and in part.
func TestReadFromMemory(t *testing.T) {
	data := []byte("GIF89a and so on")
	for n, copied := range map[int64]bool{int64(len(data)): false, 1 << 20: false, 6: true} {
		var got bytes.Buffer
		same := false
		w := &watchingWriter{header: http.Header{}, takes: len(data)}
		w.onWrite = func(p []byte) { got.Write(p); same = &p[0] == &data[0] }
		h := newHandler(t, Set(), Local())
		a := &answer{ResponseWriter: w, request: t.Context(), count: &h.count, buffers: &h.buffers}
		sent, err := a.ReadFrom(io.LimitReader(bytes.NewReader(data), n))
		want := data[:min(n, int64(len(data)))]
		if err != nil || sent != int64(len(want)) || !bytes.Equal(got.Bytes(), want) || same == copied {
			t.Errorf("at most %d: %d, %v, %q, copied: %v", n, sent, err, got.Bytes(), !same)
		}
	}
}
