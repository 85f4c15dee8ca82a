package ui

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"getflags/cmd/flags/internal/record"
	"getflags/downloader/stats"
)

// statistics is what --stats adds to a summary of --json.
type statistics struct {
	Requests int         `json:"requests"`
	Retries  int         `json:"retries"` // of the requests
	Broken   int         `json:"broken"`  // without an answer, or not the whole of one
	Statuses map[int]int `json:"statuses"`
	Peak     int         `json:"peak"`  // requests in flight at once
	Bytes    int64       `json:"bytes"` // of all bodies
	Waiting  int64       `json:"peak_bytes_waiting"`
	Opened   int         `json:"connections_opened"`
	Reused   int         `json:"connections_reused"`
	Times    []timing    `json:"times"`
}

// timing tells how long something took, in seconds.
type timing struct {
	What  string  `json:"what"`
	Count int     `json:"count"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
	Sum   float64 `json:"sum"`
}

// timeRow is a line of the table of times. It is left out if it never happened
// and few would miss it.
type timeRow struct {
	name   string
	d      stats.Distribution
	seldom bool
}

func timesOf(s *stats.Summary) []timeRow {
	all := []timeRow{
		{"request", s.Request, false}, {"to the first byte", s.FirstByte, false},
		{"connecting", s.Dial, true}, {"wait for a slot", s.SlotWait, false},
		{"wait to retry", s.Backoff, false}, {"wait for a host", s.HostPause, true},
		{"wait for the rate", s.RateWait, true}, {"wait for the disk", s.DiskWait, false},
		{"wait for a writer", s.Queue, true}, {"write", s.Write, false}, {"rename", s.Rename, true},
	}
	return slices.DeleteFunc(all, func(r timeRow) bool { return r.seldom && r.d.Count == 0 })
}

// newStatistics are those of a summary; nil, as it is, without --stats.
func newStatistics(s *stats.Summary) *statistics {
	if s == nil {
		return nil
	}
	t := &statistics{
		Requests: s.Requests, Retries: s.Retries, Broken: s.Broken, Statuses: s.Statuses, Peak: s.Peak,
		Bytes: s.Bytes, Waiting: s.Waiting, Opened: s.Opened, Reused: s.Reused,
	}
	for _, r := range timesOf(s) {
		t.Times = append(t.Times, timing{r.name, r.d.Count,
			record.Seconds(r.d.P50), record.Seconds(r.d.P90), record.Seconds(r.d.P99), record.Seconds(r.d.Max), record.Seconds(r.d.Sum)})
	}
	return t
}

// printStatistics writes them for people, if they are asked for.
func printStatistics(w io.Writer, s *stats.Summary) {
	if s == nil {
		return
	}
	fmt.Fprintln(w, strings.Repeat("-", 20))
	facts := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(facts, "requests\t%d, at most %d at once", s.Requests, s.Peak)
	if s.Retries > 0 {
		fmt.Fprintf(facts, "; %d of them again", s.Retries)
	}
	fmt.Fprintf(facts, "\nanswers\t%s\n", answers(s))
	fmt.Fprintf(facts, "bytes\t%d\n", s.Bytes)
	fmt.Fprintf(facts, "connections\t%d opened, reused %d times\n", s.Opened, s.Reused)
	facts.Flush()
	fmt.Fprintln(w)
	times := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(times, "%-17s\ttimes\tmedian\t90 %%\t99 %%\tmax\tsum\t\n", "")
	for _, r := range timesOf(s) {
		fmt.Fprintf(times, "%-17s\t%d\t%s\t%s\t%s\t%s\t%s\t\n", r.name, r.d.Count,
			brief(r.d.P50), brief(r.d.P90), brief(r.d.P99), brief(r.d.Max), brief(r.d.Sum))
	}
	times.Flush()
}

// answers tells how often which status came, the most frequent first.
func answers(s *stats.Summary) string {
	codes := slices.SortedFunc(maps.Keys(s.Statuses), func(a, b int) int {
		return cmp.Or(cmp.Compare(s.Statuses[b], s.Statuses[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, code := range codes {
		parts = append(parts, fmt.Sprintf("%d of status %d", s.Statuses[code], code))
	}
	if s.Broken > 0 {
		parts = append(parts, fmt.Sprintf("%d broken off or missing", s.Broken))
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

// brief writes a duration with three digits, in the unit that fits.
func brief(d time.Duration) string {
	digits := func(x float64, unit string) string {
		decimals := 0
		switch {
		case x < 9.995:
			decimals = 2
		case x < 99.95:
			decimals = 1
		}
		return strconv.FormatFloat(x, 'f', decimals, 64) + unit
	}
	switch {
	case d == 0:
		return "0"
	case d < 999500*time.Nanosecond:
		return digits(float64(d)/float64(time.Microsecond), "µs")
	case d < 999500*time.Microsecond:
		return digits(float64(d)/float64(time.Millisecond), "ms")
	case d < 1000*time.Second:
		return digits(d.Seconds(), "s")
	}
	return d.Round(time.Second).String()
}
