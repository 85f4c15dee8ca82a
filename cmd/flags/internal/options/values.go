package options

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/time/rate"

	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags/mirror"
)

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

// MaxDelete is the value of --max-delete.
type MaxDelete mirror.Limit

// Set takes the number, or the share, written in s.
func (l *MaxDelete) Set(s string) error {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(n) != number || n < 0 || percent && n > 100 {
		return errors.New("want a number of flags such as 5, or a share such as 10%")
	}
	*l = MaxDelete{N: n, Percent: percent}
	return nil
}

func (l *MaxDelete) String() string { return mirror.Limit(*l).String() }
