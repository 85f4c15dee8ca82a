package limit

import (
	"net/url"
	"sync"
	"time"

	"getflags/downloader/internal/origin"
)

// pauses hold requests back from hosts that asked for it. An answer of 429 is about the
// client, not about one URL: holding back a single request while the others go on would
// only bring more of them.
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time // by origin
}

// pause begins a pause and reports whether that is news.
func (p *pauses) pause(to *url.URL, d time.Duration) bool {
	host := origin.Of(to)
	p.mu.Lock()
	defer p.mu.Unlock()
	until := time.Now().Add(d)
	if !until.After(p.until[host]) {
		return false
	}
	// Several requests in flight may bring the same news.
	news := until.Sub(p.until[host]) >= time.Second/2
	if p.until == nil {
		p.until = map[string]time.Time{}
	}
	p.until[host] = until
	return news
}

// left returns how long requests to a host still have to wait.
func (p *pauses) left(to *url.URL) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.until) == 0 {
		return 0
	}
	if until, ok := p.until[origin.Of(to)]; ok {
		return max(0, time.Until(until))
	}
	return 0
}
