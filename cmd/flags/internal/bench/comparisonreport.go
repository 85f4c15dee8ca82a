package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/ui"
)

func (e *Engine) report(m *Measured) *Report { return e.compare(m).report() }

// report is the comparison as it is told: ratios before seconds, and what
// theory says.
func (c *Comparison) report() *Report {
	r := &Report{
		summary: c.summary(), machine: c.Machine, title: c.title(), object: c,
		// Without a known delay of the disk the ideal is the same for all.
		series:   seriesOf(c.curves, c.WriteDelay == 0),
		sections: []section{{c.ratios(), c.footnote()}, {c.requests(), c.prose()}},
	}
	for _, m := range c.Modes {
		r.records = append(r.records, m.record())
	}
	return r
}

// summary says what was measured, in a line or two.
func (c *Comparison) summary() string {
	text := fmt.Sprintf("%s in %s; %s", ui.Plural(c.Flags, "flag"), ui.Plural(c.Requests, "request"), roundsOf(c.Rounds))
	if c.Missing > 0 {
		text += fmt.Sprintf("; %d not found", c.Missing)
	}
	if c.WriteDelay > 0 {
		text += fmt.Sprintf("; each flag's writing slowed by %v", time.Duration(c.WriteDelay*float64(time.Second)))
	}
	return text
}

// title is that of the plot.
func (c *Comparison) title() string {
	text := fmt.Sprintf("%s in %s", ui.Plural(c.Flags, "flag"), ui.Plural(c.Requests, "request"))
	if c.Latency > 0 {
		text += fmt.Sprintf(", each %s by itself", figures.Time(c.Latency))
	}
	if c.WriteDelay > 0 {
		text += fmt.Sprintf(", each flag written in %s", figures.Time(c.WriteDelay))
	}
	return text
}

// ratios is the table of ratios, times and theory.
func (c *Comparison) ratios() table {
	var times []float64
	for _, m := range c.Modes {
		times = append(times, m.Time.Median)
	}
	u := figures.UnitFor(times...)
	t := table{left: 1, head: [][]string{
		{"", "", "writ-", "times as fast", "time", "ideal", "effi-"},
		{"mode", "m", "ers", "as the first", u.Name, u.Name, "ciency"},
	}}
	if first := c.Modes[0].Mode; c.Baseline == first { // which says all of it
		t.head[1][3] = "as " + first
	}
	for i, m := range c.Modes {
		t.rows = append(t.rows, append(m.nameCells(), m.speedupCell(i == 0),
			m.Time.Scaled(u.Per).String(), figures.Significant(m.Ideal*u.Per, 3), figures.Percent(m.Efficiency)))
	}
	return t
}

// nameCells are the cells that say which mode it is.
func (m ModeReport) nameCells() []string {
	writers := "–"
	if m.Writers > 0 {
		writers = strconv.Itoa(m.Writers)
	}
	return []string{m.Mode, strconv.Itoa(m.MaxRequests), writers}
}

func (m ModeReport) speedupCell(baseline bool) string {
	if baseline {
		return "1"
	}
	return ratioCell(&m.Speedup)
}

// footnote explains the sign of what is not significant, where it was used.
func (c *Comparison) footnote() string {
	for _, m := range c.Modes[1:] {
		if m.Speedup.ByChance() {
			return chanceNote
		}
	}
	return ""
}

// requests is the table of what requests were like.
func (c *Comparison) requests() table {
	var latencies []float64
	for _, m := range c.Modes {
		latencies = append(latencies, m.Latency.P50)
	}
	u := figures.UnitFor(latencies...)
	t := table{left: 1, head: [][]string{
		{"", "", "writ-", "requests", "open", "latency", "", "", ""},
		{"mode", "m", "ers", "per second", "at most", "p50, " + u.Name, "p90", "p99", "bytes"},
	}}
	for _, m := range c.Modes {
		row := append(m.nameCells(), m.rateCell(), strconv.Itoa(m.Peak))
		for _, seconds := range []float64{m.Latency.P50, m.Latency.P90, m.Latency.P99} {
			row = append(row, figures.Significant(seconds*u.Per, 3))
		}
		t.rows = append(t.rows, append(row, figures.Bytes(m.Bytes)))
	}
	return t
}

// rateCell has no more digits than the time that it comes from.
func (m ModeReport) rateCell() string {
	half := float64(m.Requests) * (1/m.Time.Low - 1/m.Time.High) / 2
	if !m.Time.Known() || half == 0 {
		return figures.Significant(m.RequestRate, 2)
	}
	return figures.Fixed(m.RequestRate, figures.DecimalsOf(half))
}

// prose is what the numbers say.
func (c *Comparison) prose() string {
	var b strings.Builder
	if c.Latency > 0 {
		fmt.Fprintf(&b, "A request alone holds its slot for %s, until its last byte (median). If there were only such waits, %d requests would take ceil(%d/m) times as long",
			figures.Time(c.Latency), c.Requests, c.Requests)
		if c.WriteDelay > 0 {
			b.WriteString(", and the writing that is not hidden behind them")
		}
		b.WriteString(": the ideal time.\n\n")
	}
	if c.Sentence != "" {
		b.WriteString(c.Sentence + "\n")
	}
	if c.Writing != "" {
		b.WriteString("\n" + c.Writing + "\n")
	}
	return b.String()
}

// record is the mode's line of CSV.
func (m ModeReport) record() record {
	return record{
		{"mode", m.Mode}, {"max_requests", m.MaxRequests}, {"writers", m.Writers}, {"rounds", len(m.Times)},
		{"speedup", &m.Speedup}, {"significant", m.Significant}, {"time", &m.Time}, {"ideal", m.Ideal}, {"efficiency", m.Efficiency},
		{"requests", m.Requests}, {"requests_per_second", m.RequestRate}, {"peak_requests", m.Peak}, {"bytes", m.Bytes},
		{"latency_p50", m.Latency.P50}, {"latency_p90", m.Latency.P90}, {"latency_p99", m.Latency.P99}, {"latency_max", m.Latency.Max},
	}
}
