package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/time/rate"

	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
)

// network is the options that say how requests are made and files written.
type network struct {
	maxRequests  command.Int
	writers      command.Int
	timeout      command.Seconds
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
	dial         func(ctx context.Context, network, address string) (net.Conn, error) // nil: as usual
	unsized      bool
}

func newNetwork() network {
	return network{
		maxRequests:  command.Int{N: 5, Min: 1, Max: 1000},
		writers:      command.Int{N: 4, Min: 0, Max: 1000},
		timeout:      command.Seconds{D: 3100 * time.Millisecond, Min: time.Millisecond},
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

func (n *network) options() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "max_req", Aliases: []string{"max-req", "m"}, Value: &n.maxRequests,
			Usage: "at most `N` concurrent requests"},
		&cli.GenericFlag{Name: "timeout", Value: &n.timeout,
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
		&cli.GenericFlag{Name: "writers", Value: &n.writers,
			Usage: "write files in `N` goroutines; 0: in line, while the network waits"},
	}
}

// bePolite keeps to what is polite on a site, and returns a note if that is
// less than was asked for. The default of -m, 5, is nobody's wish.
func (n *network) bePolite(site flags.Site) (note string) {
	if n.noCap || site.MaxRequests == 0 {
		return ""
	}
	if n.maxRequests.N > max(5, site.MaxRequests) || float64(n.rate) > site.Rate {
		note = fmt.Sprintf("%s is shared by many: at most %d requests at once and %g a second; --no-cap lifts that",
			site.Label, site.MaxRequests, site.Rate)
	}
	n.maxRequests.N = min(n.maxRequests.N, site.MaxRequests)
	if n.rate == 0 || float64(n.rate) > site.Rate {
		n.rate = perSecond(site.Rate)
	}
	return note
}

// engine is the settings of the engine; onPause is told of pauses, observe of
// all that it does. Both may be nil.
func (n *network) engine(onPause func(downloader.Pause), observe func(downloader.Event)) downloader.Options {
	o := downloader.Options{
		MaxInFlight:  n.maxRequests.N,
		Writers:      n.writers.N,
		Inline:       n.writers.N == 0,
		Timeout:      n.timeout.D,
		SpeedLimit:   n.speedLimit.engine(),
		SpeedTime:    n.speedTime.D,
		MaxSize:      int64(n.maxSize),
		Retries:      n.retries.N,
		RetryAll:     n.retryAll,
		RetryMaxTime: n.retryMaxTime.D,
		RetryMaxWait: n.retryMaxWait.D,
		OnPause:      onPause,
		Dial:         n.dial,
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

// speed is the value of --speed-limit, in bytes per second.
type speed int64

func (v *speed) Set(s string) error {
	*v = 0
	if s == "0" {
		return nil
	}
	return (*command.Bytes)(v).Set(s)
}

func (v *speed) String() string { return (*command.Bytes)(v).String() }

// engine is the limit as the engine knows it, to which zero is the default.
func (v speed) engine() int64 {
	if v == 0 {
		return -1
	}
	return int64(v)
}

// perSecond is the value of --rate.
type perSecond rate.Limit

func (p *perSecond) Set(s string) error {
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(number, 64)
	seconds, ok := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	if err != nil || !ok || !(n > 0 && n <= 1e6) {
		return errors.New("want requests per second such as 10/s, or per minute such as 30/m")
	}
	*p = perSecond(n / seconds)
	return nil
}

func (p *perSecond) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }

// header is the value of --header: each use adds a field.
type header http.Header

func (h header) Set(s string) error {
	name, value, ok := strings.Cut(s, ":")
	value = strings.TrimSpace(value)
	if !ok || !isToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New(`want a name and a value, such as "Accept-Language: pt"`)
	}
	if err := downloader.CheckField(name); err != nil {
		return err
	}
	http.Header(h).Add(name, value)
	return nil
}

func (h header) String() string { return "" }

// Secret says that a field may be one, such as Authorization's.
func (h header) Secret() {}

// isToken reports whether s can be a field's name (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		return !letter && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
