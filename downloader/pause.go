package downloader

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Pause is a host's request to be left alone for a while. All requests to it wait.
type Pause struct {
	Host string        // with the port if the URL has one
	For  time.Duration // from now
	Code int           // of the answer that asked for it, 429 or 503
}

// retryAfter parses a Retry-After field: seconds or a date (RFC 9110, section 10.2.3). A
// time that does not fit becomes the longest that does. ok is false if the field is
// neither.
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
