package flagserver

import (
	"net/http"
	"strconv"
	"time"
)

// failStatus answers with an error status; where it is customary, with how
// long the client ought to wait.
func (h *Handler) failStatus(a *answer, code int) {
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		a.Header().Set("Retry-After", strconv.FormatInt(wholeSeconds(h.behaviour.RetryAfter), 10))
	}
	a.fail(code)
}

// wholeSeconds rounds up, so that no client is told to come too early.
func wholeSeconds(d time.Duration) int64 {
	if d == 0 {
		d = time.Second
	}
	return int64((d + time.Second - 1) / time.Second)
}
