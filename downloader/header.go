package downloader

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// CheckField says why a header field cannot be one of [Options].Header, by its
// name in any case; nil if it can. Some would change what an answer means: those
// of conditions, ranges and deltas, to which 304, 412, 206 and 226 are answers (RFC
// 9110, sections 13 and 14; RFC 3229, section 10; WebDAV's If, RFC 4918, section
// 10.4). Others tell how a message is sent, which is for those who send it to say
// (RFC 9110, sections 6.4, 7.6 and 12.5.3; RFC 9112, section 6). What asks for
// another form of a file, such as Accept-Language, or for more about it, such as
// Want-Repr-Digest, leaves it whole; so does Prefer (RFC 7240), as an answer of 202
// is an error in any case.
func CheckField(name string) error {
	partial := []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "If", "Range", "A-IM"}
	framing := []string{"Content-Length", "Transfer-Encoding", "TE", "Trailer", "Connection", "Keep-Alive", "Proxy-Connection",
		"Upgrade", "HTTP2-Settings", "Expect", "Accept-Encoding"}
	is := func(field string) bool { return strings.EqualFold(field, name) }
	if i := slices.IndexFunc(partial, is); i >= 0 {
		return fmt.Errorf("%s asks for less than the whole file", partial[i])
	}
	if i := slices.IndexFunc(framing, is); i >= 0 {
		return fmt.Errorf("%s tells how messages are sent, which is not for a header of your own to say", framing[i])
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
