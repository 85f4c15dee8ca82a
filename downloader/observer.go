package downloader

import (
	"context"
	"math/bits"
	"net/url"
	"sync"
	"time"

	"getflags/internal/redact"
)

// observer passes on what goes on to Options.Observe. It is nil where nobody
// asked; then no clock is read and nothing is counted.
type observer struct {
	tell     func(Event)
	requests level // that are open
	bytes    level // that wait for the disk
}

func newObserver(tell func(Event)) *observer {
	if tell == nil {
		return nil
	}
	return &observer{tell: tell}
}

// now is the time, for those who observe.
func (o *observer) now() (t time.Time) {
	if o != nil {
		t = time.Now()
	}
	return t
}

// A level goes up and down, and tells how high it is together with the time,
// under one lock: so what is told is true at that moment, whoever is quicker
// to tell it.
type level struct {
	mu sync.Mutex
	n  int64
}

func (l *level) add(delta int64) (time.Time, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n += delta
	return time.Now(), l.n
}

// numbers gives each of the places under the cap a number while it is taken,
// the lowest first. A semaphore only counts.
type numbers struct {
	mu   sync.Mutex
	free []uint64 // a bit for each number
}

func newNumbers(n int) *numbers {
	free := make([]uint64, (n+63)/64)
	for i := range n {
		free[i/64] |= 1 << (i % 64)
	}
	return &numbers{free: free}
}

// take returns a free number. There is one: whoever asks holds a place.
func (s *numbers) take() int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, word := range s.free {
		if word != 0 {
			s.free[i] &= word - 1
			return 64*i + bits.TrailingZeros64(word)
		}
	}
	panic("downloader: more places are taken than there are")
}

func (s *numbers) give(n int) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free[n/64] |= 1 << (n % 64)
}

// watch is an observer's eye on one request and all its attempts; nil where
// there is no observer.
type watch struct {
	*observer
	task, url string
	attempts  int
	backoff   time.Time // when the wait for the next attempt began
}

func (c *Client) watch(to *url.URL) *watch {
	if c.d.observer == nil {
		return nil
	}
	return &watch{observer: c.d.observer, task: c.task, url: redact.URL(to.String())}
}

// now is the time, for those who observe.
func (w *watch) now() (t time.Time) {
	if w != nil {
		t = time.Now()
	}
	return t
}

// waited tells of a wait that has just ended.
func (w *watch) waited(kind EventKind, lane int, start time.Time, err error) {
	if w == nil {
		return
	}
	w.tell(Event{Kind: kind, Task: w.task, URL: w.url, Lane: lane, Start: start, End: time.Now(),
		Attempt: w.attempts, Err: err})
}

// sleep is the function of that name, and tells of it.
func (w *watch) sleep(ctx context.Context, kind EventKind, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	start := w.now()
	err := sleep(ctx, d)
	w.waited(kind, -1, start, err)
	return err
}

// notSent takes back an attempt.
func (w *watch) notSent() {
	if w != nil {
		w.attempts--
	}
}

// failed begins a wait for the next attempt, and resumed ends it, if one is
// under way. They fit package backoff, which tells when it begins to wait.
func (w *watch) failed(error, time.Duration) {
	w.backoff = time.Now()
}

func (w *watch) resumed(err error) {
	if w == nil || w.backoff.IsZero() {
		return
	}
	w.waited(KindBackoff, -1, w.backoff, err)
	w.backoff = time.Time{}
}
