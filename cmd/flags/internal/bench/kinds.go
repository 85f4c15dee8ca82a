package bench

import (
	"context"
	"errors"
	"slices"
	"strings"

	"getflags/downloader"
	"getflags/flags"
)

// A kind is a way in which the engine makes many requests.
type kind struct {
	name   string
	inline bool // files are written in the slot of a request
	// settings are its modes for some m and numbers of writers.
	settings func(requests, writers []int) []Mode
	fetch    func(ctx context.Context, d *downloader.Downloader, dir downloader.Store, job flags.Job, codes []flags.Code, done func(flags.Result)) error
	ideal    func(Work, Mode) float64
}

// kinds are all there are, the baseline first.
func kinds() []kind { return []kind{sequential(), concurrent(), inline()} }

// Kinds returns the names of all kinds of modes, the baseline first.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// KindList is the value of an option that takes kinds of modes, with
// commas between them.
type KindList []string

// Set takes the kinds named in s.
func (l *KindList) Set(s string) error {
	var names []string
	for word := range strings.SplitSeq(s, ",") {
		name := strings.TrimSpace(word)
		if !slices.Contains(Kinds(), name) {
			return errors.New("want one or more of " + strings.Join(Kinds(), ","))
		}
		names = append(names, name)
	}
	*l = names
	return nil
}

func (l *KindList) String() string { return strings.Join(*l, ",") }
