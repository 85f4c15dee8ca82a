package downloader

import (
	"fmt"
	"maps"
	"net/http"
)

// CheckField says why a header field cannot be one of [Options].Header, by its
// name in any case; nil if it can. Some would change what an answer means: those
// of conditions and ranges, to which 304, 412 and 206 are answers (RFC 9110,
// sections 13 and 14). Others tell how a message is sent, which is for those who
// send it to say (RFC 9110, sections 6.4, 7.6 and 12.5.3; RFC 9112, section 6).
func CheckField(name string) error {
	switch name = http.CanonicalHeaderKey(name); name {
	case "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range":
		return fmt.Errorf("%s asks for less than the whole file", name)
	case "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Connection", "Keep-Alive", "Proxy-Connection",
		"Upgrade", "Http2-Settings", "Expect", "Accept-Encoding":
		return fmt.Errorf("%s tells how messages are sent, which is not for a header of your own to say", name)
	}
	return nil
}

// common are the headers of every request that has none of its own. Files are
// asked for as they are: who sends no Accept-Encoding takes any coding (RFC 9110,
// section 12.5.3).
func (o Options) common() http.Header {
	h := http.Header{"User-Agent": {o.UserAgent}, "Accept-Encoding": {"identity"}}
	maps.Copy(h, o.Header)
	return h
}

// isConditional reports whether a request allows an answer of 304.
func isConditional(h http.Header) bool {
	return h.Get("If-None-Match") != "" || h.Get("If-Modified-Since") != ""
}
