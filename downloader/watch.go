package downloader

import (
	"net/url"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/internal/redact"
)

// watch is an observer's eye on one request and all its attempts; nil where
// there is no observer.
type watch struct {
	*observer
	task, url string
	attempts  int
	backoff   time.Time // when the wait for the next attempt began
}

func (o *observer) watch(task string, to *url.URL) *watch {
	if o == nil {
		return nil
	}
	return &watch{observer: o, task: task, url: redact.URL(to.String())}
}

// attempt is what has just ended and began at a moment.
func (w *watch) attempt(start time.Time, err error) Attempt {
	return Attempt{Span: Span{Task: w.task, Start: start, End: time.Now(), Err: err}, URL: w.url, Number: w.attempts}
}

// waited tells of a wait that has just ended, in the end for a slot.
func (w *watch) waited(why limit.Wait, slot int, start time.Time, err error) {
	if w == nil {
		return
	}
	a := w.attempt(start, err)
	switch why {
	case limit.ForSlot:
		w.tell(&SlotWait{a, slot})
	case limit.ForHost:
		w.tell(&HostPause{a})
	case limit.ForRate:
		w.tell(&RateWait{a})
	}
}

// notSent takes back an attempt.
func (w *watch) notSent() {
	if w != nil {
		w.attempts--
	}
}

// rests begins a wait for the next attempt, and resumed ends it, if one is under
// way.
func (w *watch) rests() {
	if w != nil {
		w.backoff = time.Now()
	}
}

func (w *watch) resumed(err error) {
	if w == nil || w.backoff.IsZero() {
		return
	}
	w.tell(&Backoff{w.attempt(w.backoff, err)})
	w.backoff = time.Time{}
}
