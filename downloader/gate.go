package downloader

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"getflags/downloader/internal/transport"
)

// A Pause is a host's wish to be left alone for a while, which all requests
// to it respect.
type Pause struct {
	Host string        // with the port, where the URL has one
	For  time.Duration // from now
	Code int           // of the answer that asked for it, 429 or 503
}

// gate keeps requests from hosts that asked for a pause. An answer of 429 is
// about the client, not about one URL: to hold back a single request while
// the others go on would only earn more of them.
type gate struct {
	mu    sync.Mutex
	until map[string]time.Time // by origin
}

// pause closes the gate of a host, and reports whether that is news.
func (g *gate) pause(to *url.URL, d time.Duration) bool {
	host := transport.Origin(to)
	g.mu.Lock()
	defer g.mu.Unlock()
	until := time.Now().Add(d)
	if !until.After(g.until[host]) {
		return false
	}
	// Of requests in flight at once each may bring the same news.
	news := until.Sub(g.until[host]) >= time.Second/2
	if g.until == nil {
		g.until = map[string]time.Time{}
	}
	g.until[host] = until
	return news
}

// closed is how long requests to a host have to wait.
func (g *gate) closed(to *url.URL) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.until) == 0 {
		return 0
	}
	if until, ok := g.until[transport.Origin(to)]; ok {
		return max(0, time.Until(until))
	}
	return 0
}

// heed pauses a host whose answer asks for it.
func (d *Downloader) heed(to *url.URL, err error) {
	var status *StatusError
	if !errors.As(err, &status) || status.Code != http.StatusTooManyRequests && status.Code != http.StatusServiceUnavailable {
		return
	}
	wait, ok := retryAfter(status.Header.Get("Retry-After"), time.Now())
	wait = min(wait, d.options.RetryMaxWait)
	if !ok || wait <= 0 {
		return
	}
	if d.gate.pause(to, wait) && d.options.OnPause != nil {
		d.options.OnPause(Pause{Host: to.Host, For: wait, Code: status.Code})
	}
}

// retryAfter reads a Retry-After field, seconds or a date (RFC 9110, section
// 10.2.3). What is so long that it does not fit is as long as can be; ok is
// false where there is nothing to be read.
func retryAfter(field string, now time.Time) (wait time.Duration, ok bool) {
	field = strings.TrimSpace(field)
	if date, err := http.ParseTime(field); err == nil {
		return max(0, date.Sub(now)), true
	}
	if field == "" || strings.Trim(field, "0123456789") != "" {
		return 0, false
	}
	const longest = 1<<63 - 1
	seconds, err := strconv.ParseInt(field, 10, 64)
	if err != nil || seconds > longest/int64(time.Second) {
		return longest, true
	}
	return time.Duration(seconds) * time.Second, true
}

// sleep waits for d, or returns the cause of the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
