package options

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/time/rate"

	"getflags/cmd/internal/command"
	"getflags/cmd/internal/openfiles"
	"getflags/downloader"
	"getflags/flags"
)

// defaultRequests is the book's number of requests at once.
const defaultRequests = 5

// Network says how requests are made and files written.
type Network struct {
	MaxRequests command.Int
	Writers     command.Int
	Timeout     command.Seconds
	// Dial, unless nil, makes the connections; the command sets it.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	maxTime      command.Seconds
	speedLimit   speed
	speedTime    command.Seconds
	maxSize      command.Bytes
	retries      command.Int
	retryAll     bool
	retryMaxTime command.Seconds
	retryMaxWait command.Seconds
	rate         perSecond
	header       header
	noCap        bool
	unsized      bool
}

// NewNetwork returns the group with its defaults.
func NewNetwork() Network {
	return Network{
		MaxRequests:  command.Int{N: defaultRequests, Min: 1, Max: 1000},
		Writers:      command.Int{N: 4, Min: 0, Max: 1000},
		Timeout:      command.Seconds{D: 3100 * time.Millisecond, Min: time.Millisecond},
		maxTime:      command.Seconds{Min: time.Millisecond},
		speedLimit:   10,
		speedTime:    command.Seconds{Min: time.Second},
		maxSize:      16 << 20,
		retries:      command.Int{N: 2, Min: 0, Max: 1000},
		retryMaxTime: command.Seconds{},
		retryMaxWait: command.Seconds{D: time.Minute, Min: time.Second},
		header:       header{},
	}
}

// Flags are all options of the group.
func (n *Network) Flags() []cli.Flag {
	one := []cli.Flag{
		&cli.GenericFlag{Name: "max_req", Aliases: []string{"max-req", "m"}, Value: &n.MaxRequests,
			Usage: "at most `N` concurrent requests"},
	}
	writers := under(networkHeading,
		&cli.GenericFlag{Name: "writers", Value: &n.Writers,
			Usage: "write files in `N` goroutines; 0: in line, while the network waits"},
	)
	return slices.Concat(one, n.SharedFlags(), writers)
}

// SharedFlags are the options of the group but --max_req and --writers, of which
// a bench has its own, for lists.
func (n *Network) SharedFlags() []cli.Flag {
	return under(networkHeading,
		&cli.GenericFlag{Name: "timeout", Value: &n.Timeout,
			Usage: "give up after `SECONDS` of connecting or of silence"},
		&cli.GenericFlag{Name: "max-time", Value: &n.maxTime, DefaultText: "none",
			Usage: "end the whole run after `SECONDS`; what is left is not done"},
		&cli.GenericFlag{Name: "speed-limit", Value: &n.speedLimit,
			Usage: "give up an answer that brings fewer than `BYTES` per second on average over --speed-time; 0: never"},
		&cli.GenericFlag{Name: "speed-time", Value: &n.speedTime, DefaultText: "1m0s, or --timeout if that is longer",
			Usage: "what --speed-limit is an average over, in `SECONDS`"},
		&cli.GenericFlag{Name: "max-size", Value: &n.maxSize,
			Usage: "take no answer of more than `BYTES`; k, M and G are powers of 1024"},
		&cli.GenericFlag{Name: "retries", Value: &n.retries,
			Usage: "try `N` more times after a lost connection, a timeout or a status that may pass"},
		&cli.BoolFlag{Name: "retry-all-errors", Destination: &n.retryAll,
			Usage: "try again after any error, such as 418, but 404"},
		&cli.GenericFlag{Name: "retry-max-time", Value: &n.retryMaxTime, DefaultText: "none",
			Usage: "begin no more attempts `SECONDS` after the first"},
		&cli.GenericFlag{Name: "retry-max-wait", Value: &n.retryMaxWait,
			Usage: "pause for at most `SECONDS` if a host asks for a pause"},
		&cli.GenericFlag{Name: "rate", Value: &n.rate, DefaultText: "none",
			Usage: "at most `N/s` requests per second; N/m is per minute"},
		&cli.BoolFlag{Name: "no-cap", Destination: &n.noCap,
			Usage: "lift the cap that a public site's label puts on --max_req and --rate"},
		&cli.GenericFlag{Name: "header", Aliases: []string{"H"}, Value: &n.header, DefaultText: "none",
			Usage: "send `\"NAME: VALUE\"` with every request to the site; repeatable"},
		&cli.BoolFlag{Name: "accept-unsized", Destination: &n.unsized,
			Usage: "take answers that do not tell where they end, if their content shows that it is whole: GIF, PNG, JPEG, WebP, JSON"},
	)
}

// BePolite keeps to what is polite on a site, and returns a note if that is
// less than was asked for. The default of -m is nobody's wish.
func (n *Network) BePolite(site flags.Site) (note string) {
	if n.noCap || site.MaxRequests == 0 {
		return ""
	}
	if n.MaxRequests.N > max(defaultRequests, site.MaxRequests) || float64(n.rate) > site.Rate {
		note = fmt.Sprintf("%s is shared by many: at most %d requests at once and %g a second; --no-cap lifts that",
			site.Label, site.MaxRequests, site.Rate)
	}
	requests, rate := site.Polite(n.MaxRequests.N, float64(n.rate))
	n.MaxRequests.N, n.rate = requests, perSecond(rate)
	return note
}

// Bound has a method of the group bound the most requests of a list in place of
// MaxRequests, and then each of them; it returns the method's note.
func (n *Network) Bound(list *IntList, bound func() (note string)) (note string) {
	n.MaxRequests.N = slices.Max(list.Values)
	note = bound()
	for i, m := range list.Values {
		list.Values[i] = min(m, n.MaxRequests.N)
	}
	list.Values = slices.Compact(list.Values)
	return note
}

// FitOpenFiles keeps to as many requests as there may be files open, and returns
// a note if that is less than was asked for. A server inside the process has a
// connection open for each of ours.
func (n *Network) FitOpenFiles(inside bool) (note string) {
	each := 1
	if inside {
		each = 2
	}
	// Beside the connections there are the standard streams, directories, lists,
	// and files that are being written.
	fits, limit := openfiles.Fit(n.MaxRequests.N, each, 24+2*min(n.Writers.N, 16))
	n.MaxRequests.N = fits
	if limit == 0 {
		return ""
	}
	return fmt.Sprintf("limit of %d open files: at most %d requests at once; ulimit -n raises it", limit, fits)
}

// Engine is the settings of the engine; onPause is told of pauses, observe of
// all that it does. Both may be nil.
func (n *Network) Engine(onPause func(downloader.Pause), observe func(downloader.Event)) downloader.Options {
	o := downloader.Options{
		MaxInFlight:  n.MaxRequests.N,
		Writers:      n.Writers.N,
		Inline:       n.Writers.N == 0,
		Timeout:      n.Timeout.D,
		SpeedLimit:   n.speedLimit.engine(),
		SpeedTime:    n.speedTime.D,
		MaxSize:      int64(n.maxSize),
		Retries:      n.retries.N,
		RetryAll:     n.retryAll,
		RetryMaxTime: n.retryMaxTime.D,
		RetryMaxWait: n.retryMaxWait.D,
		OnPause:      onPause,
		Dial:         n.Dial,
		Observe:      observe,
		Rate:         rate.Limit(n.rate),
		Header:       http.Header(n.header),
		UserAgent:    "flags/" + command.Version,
	}
	if n.unsized {
		o.Complete = flags.CheckComplete
	}
	return o
}
