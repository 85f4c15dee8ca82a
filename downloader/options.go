package downloader

import (
	"cmp"
	"context"
	"math"
	"net"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Options are the settings of a [Downloader]. The zero value of each field means its
// default.
type Options struct {
	// MaxInFlight is the number of slots, and so the most requests that are open at
	// any moment. Default 5, also if it is negative. Slots beyond eight are opened only if they help: a server
	// that answers within a millisecond or two gets no more requests at once than it,
	// or this program, can keep up with.
	MaxInFlight int
	// Writers is the number of goroutines that write files. Default 4, also if it is
	// negative.
	Writers int
	// Inline makes workers write files themselves, while they hold a slot, as simple
	// clients do: a slow disk then slows the network down. It exists for comparison.
	// Writers and Buffer have no effect.
	Inline bool
	// Buffer is how many bytes of memory the files in the write queue may use before
	// workers have to wait. Each file counts twice its size, because the garbage
	// collector lets the heap grow to twice what is in use. Default 64 MiB; negative
	// means no limit.
	Buffer int64
	// Timeout limits each step of connecting (name and TCP, the proxy's reply, TLS),
	// then the time until the whole header of the answer has arrived, and then each
	// silence within the body. It does not limit the request as a whole. After a
	// time-out, the next attempt uses a connection that is newer or has since proved
	// to be alive. Default 3.1 s, as in the book; negative means no time-out, but
	// SpeedLimit still limits how long a body may be silent.
	Timeout time.Duration
	// SpeedLimit is the least number of bytes per second at which a body may arrive, on
	// average over SpeedTime. A slower body fails with a [*SpeedError] and is retried
	// like a time-out. Only time spent waiting for the body counts. Default 10, which
	// every honest server exceeds; negative means no limit.
	SpeedLimit int64
	// SpeedTime is the time over which SpeedLimit is averaged. Default one minute, or
	// Timeout if that is longer; negative switches SpeedLimit off.
	SpeedTime time.Duration
	// MaxSize is the most bytes a body may have. Default 16 MiB; negative means no
	// limit.
	MaxSize int64
	// Retries is how many more attempts follow one that ends in a time-out, a lost
	// connection, a body cut off, or status 408, 425, 429, 500, 502, 503 or 504. Waits
	// between attempts grow exponentially, with full jitter. Default none, also if it is negative.
	Retries int
	// RetryAll retries every error except 404.
	RetryAll bool
	// RetryIf, unless nil, decides by an attempt's error whether another is made. It
	// replaces the rules above, RetryAll included.
	RetryIf func(error) bool
	// RetryMaxTime is how long after its first attempt a request may begin another.
	// Default no limit.
	RetryMaxTime time.Duration
	// RetryMaxWait is the longest pause that a host can ask for with Retry-After; a
	// longer one is cut to it. Default 60 s; negative means no limit.
	RetryMaxWait time.Duration
	// OnPause, unless nil, is called when a host asks for a pause, possibly by several
	// goroutines at once.
	OnPause func(Pause)
	// Observe, unless nil, is called with each [Event] when it ends. Several goroutines
	// call it at once and wait for it, so it must be quick.
	Observe func(Event)
	// Rate is the most requests per second. Default no limit.
	Rate rate.Limit
	// UserAgent is sent with every request that does not set its own. Default
	// "getflags-downloader".
	UserAgent string
	// Header is sent with every request, but never to another origin (scheme, host and
	// port; RFC 6454) that a redirect leads to. It must not have a field that
	// [CheckField] refuses: an answer of 304, 206 or 226 to it is an error.
	Header http.Header
	// Complete, unless nil, makes it possible to accept answers of HTTP/1.0 that do not
	// say where they end. It gets the body of such an answer and returns nil only if
	// the content itself proves that it is whole, to the last byte. Default nil: such
	// an answer is a [*ContentError], because nothing distinguishes it from one that
	// was cut off.
	Complete func(body []byte) error
	// Dial, unless nil, makes the connections of the default transport, in place of
	// [net.Dialer.DialContext].
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Transport carries the requests. The default is made for many small files from
	// few hosts and uses the proxies of the environment; see [ProxyFromEnvironment]. A
	// transport that speaks HTTP/2 without TLS gets no answers without Content-Length.
	Transport http.RoundTripper
}

func (o Options) withDefaults() Options {
	o.MaxInFlight = cmp.Or(max(0, o.MaxInFlight), 5)
	o.Writers = cmp.Or(max(0, o.Writers), 4)
	o.Retries = max(0, o.Retries)
	o.Buffer = limitOr(o.Buffer, 64<<20)
	o.Timeout = max(0, cmp.Or(o.Timeout, 3100*time.Millisecond)) // 0 is none from here on
	o.SpeedLimit = cmp.Or(o.SpeedLimit, 10)
	o.SpeedTime = limitOr(o.SpeedTime, max(time.Minute, o.Timeout))
	o.MaxSize = limitOr(o.MaxSize, 16<<20)
	o.RetryMaxWait = limitOr(o.RetryMaxWait, time.Minute)
	o.Rate = cmp.Or(o.Rate, rate.Inf)
	o.UserAgent = cmp.Or(o.UserAgent, "getflags-downloader")
	return o
}

// limitOr is the limit that an option sets: the usual one if it is zero, and one that
// nothing reaches if it is negative.
func limitOr[T ~int64](n, usual T) T {
	if n < 0 {
		return math.MaxInt64
	}
	return cmp.Or(n, usual)
}
