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

// Options are a [Downloader]'s settings. The zero value of each stands for
// its default.
type Options struct {
	// MaxInFlight is the number of slots: at no moment are more requests open.
	// Default 5. Beyond eight, they are open only where that is of use: a server
	// that answers within a millisecond or two is not asked for more than it, or
	// this program, keeps up with.
	MaxInFlight int
	// Writers is the number of goroutines that write files. Default 4.
	Writers int
	// Inline makes workers write files themselves, while they hold a slot, as
	// simple clients do. It is there to compare: a slow disk then slows the network
	// down. Writers and Buffer have no effect.
	Inline bool
	// Buffer is how many bytes of memory the files in the write queue may
	// take up before network workers wait too. Each file counts with twice
	// its size, since the garbage collector lets the heap grow to twice what
	// is in use. Default 64 MiB; negative for no limit.
	Buffer int64
	// Timeout bounds each step of connecting (name and TCP, a proxy's consent,
	// TLS), then the time until the answer's header has come whole, and any
	// silence while the body is read; not the whole request. The attempt after
	// a time-out gets a connection that is newer, or has proved since that it
	// is alive. Default 3.1 s, the book's; negative for none. SpeedLimit then
	// still bounds how long a body may be silent.
	Timeout time.Duration
	// SpeedLimit is how many bytes per second at least have to come of a body,
	// on average over SpeedTime; one that is slower ends in a [*SpeedError],
	// which is retried as a time-out is. Only the time that is spent waiting
	// for the body counts. Default 10, which no honest server is slower than;
	// negative for none.
	SpeedLimit int64
	// SpeedTime is what SpeedLimit is an average over. Default one minute, or
	// Timeout, if that is longer; negative for ever, so that SpeedLimit has no effect.
	SpeedTime time.Duration
	// MaxSize is the most bytes a body may have. Default 16 MiB; negative for
	// no limit.
	MaxSize int64
	// Retries is how many more attempts are made after one that ends in a
	// timeout, a lost connection, a body cut off, or a status of 408, 425,
	// 429, 500, 502, 503 or 504. Waits between attempts grow exponentially,
	// with full jitter. Default none.
	Retries int
	// RetryAll makes every error but 404 one to retry.
	RetryAll bool
	// RetryIf, unless nil, decides by an attempt's error whether another is made, in
	// place of these rules; RetryAll then has no effect.
	RetryIf func(error) bool
	// RetryMaxTime is how long after a request's first attempt another may
	// begin. Default for ever.
	RetryMaxTime time.Duration
	// RetryMaxWait is the longest pause that a host may ask for with
	// Retry-After; a longer one is cut to it. Default 60 s; negative for no limit.
	RetryMaxWait time.Duration
	// OnPause, unless nil, is told when a host asks for a pause. It is
	// called from network workers, several at once.
	OnPause func(Pause)
	// Observe, unless nil, is told of each stretch of a run, from the wait
	// for a slot to the writing of a file, when it ends. It is called from
	// several goroutines at once and holds them up: it must be quick.
	Observe func(Event)
	// Rate is the most requests per second. Default without a limit.
	Rate rate.Limit
	// UserAgent is sent with every request that does not set its own.
	// Default "getflags-downloader".
	UserAgent string
	// Header is sent with every request, but to no other origin (scheme, host
	// and port; RFC 6454) that a redirect leads to. It has no field that
	// [CheckField] refuses: an answer of 304, 206 or 226 to one is an error.
	Header http.Header
	// Complete, unless nil, allows answers of HTTP/1.0 that do not tell where
	// they end: it is given the body of one, and returns nil only if the content
	// itself shows that it is whole, to its last byte. Default nil: such an
	// answer is a [*ContentError], as nothing tells it from one that was cut off.
	Complete func(body []byte) error
	// Dial, unless nil, makes the connections of the default transport, as
	// [net.Dialer.DialContext] does, which is the default.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Transport carries the requests. The default is a transport made for
	// many small files from few hosts, with proxies from the environment: see
	// [ProxyFromEnvironment]. One that speaks HTTP/2 without TLS gets no answers
	// without Content-Length.
	Transport http.RoundTripper
}

func (o Options) withDefaults() Options {
	o.MaxInFlight = cmp.Or(o.MaxInFlight, 5)
	o.Writers = cmp.Or(o.Writers, 4)
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
