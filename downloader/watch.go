package downloader

import (
	"net/url"
	"time"

	"getflags/downloader/internal/limit"
	"getflags/internal/redact"
)

// A watch follows one request through all its attempts; nil if nobody observes.
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

// attempt describes something that has just ended.
func (w *watch) attempt(start time.Time, err error) Attempt {
	return Attempt{Span: Span{Task: w.task, Start: start, End: time.Now(), Err: err}, URL: w.url, Number: w.attempts}
}

// waited tells that a wait has just ended. slot is the one that was got.
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

// rests notes that the wait for the next attempt begins; resumed tells of it when it
// ends, if there was one.
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
