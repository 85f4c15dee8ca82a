package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// Text is the report for a terminal of 80 columns: what was measured, ratios
// before seconds, what theory says, and a chart.
func (r *Report) Text() string {
	parts := []string{r.summary() + "\n\n" + r.comparison().text() + r.footnote()}
	parts = append(parts, r.requests().text())
	parts = append(parts, wrap(r.prose(), 78))
	if chart := r.Chart(); chart != "" {
		parts = append(parts, chart)
	}
	return strings.Join(parts, "\n")
}

// Markdown is the report for a page.
func (r *Report) Markdown() string {
	return fmt.Sprintf("%s. %v.\n\n", r.summary(), r.Machine) +
		r.comparison().markdown() + r.footnote() + "\n" + r.requests().markdown() + "\n" + r.prose()
}

// comparison is the table of ratios, times and theory.
func (r *Report) comparison() table {
	var times []float64
	for _, m := range r.Modes {
		times = append(times, m.Time.Median)
	}
	u := unitFor(times...)
	t := table{left: 1, head: [][]string{
		{"", "", "writ-", "times as fast", "time", "ideal", "effi-"},
		{"mode", "m", "ers", "as " + string(r.Modes[0].Mode), u.name, u.name, "ciency"},
	}}
	if r.Modes[0].Mode != Sequential {
		t.head[1][3] = "as the first"
	}
	for i, m := range r.Modes {
		t.rows = append(t.rows, []string{
			string(m.Mode), strconv.Itoa(m.MaxRequests), writersCell(m), m.speedupCell(i == 0),
			m.Time.scaled(u.per).String(), significant(m.Ideal*u.per, 3), percent(m.Efficiency),
		})
	}
	return t
}

func writersCell(m ModeReport) string {
	if m.Writers == 0 {
		return "–"
	}
	return strconv.Itoa(m.Writers)
}

func (m ModeReport) speedupCell(baseline bool) string {
	switch {
	case baseline:
		return "1"
	case m.Significant != nil && !*m.Significant:
		return "~ " + m.Speedup.String()
	}
	return m.Speedup.String()
}

// footnote explains the sign of what is not significant, where it was used.
func (r *Report) footnote() string {
	for i, m := range r.Modes {
		if i > 0 && m.Significant != nil && !*m.Significant {
			return "\n~ no difference that these rounds could tell from chance.\n"
		}
	}
	return ""
}

// requests is the table of what requests were like.
func (r *Report) requests() table {
	var latencies []float64
	for _, m := range r.Modes {
		latencies = append(latencies, m.Latency.P50)
	}
	u := unitFor(latencies...)
	t := table{left: 1, head: [][]string{
		{"", "", "writ-", "requests", "open", "latency", "", "", ""},
		{"mode", "m", "ers", "per second", "at most", "p50, " + u.name, "p90", "p99", "bytes"},
	}}
	for _, m := range r.Modes {
		cell := func(seconds float64) string { return significant(seconds*u.per, 3) }
		t.rows = append(t.rows, []string{
			string(m.Mode), strconv.Itoa(m.MaxRequests), writersCell(m), m.rateCell(), strconv.Itoa(m.Peak),
			cell(m.Latency.P50), cell(m.Latency.P90), cell(m.Latency.P99), bytesOf(m.Bytes),
		})
	}
	return t
}

// rateCell has no more digits than the time that it comes from.
func (m ModeReport) rateCell() string {
	half := float64(m.Requests) * (1/m.Time.Low - 1/m.Time.High) / 2
	if !m.Time.Known() || half == 0 {
		return significant(m.RequestRate, 2)
	}
	return fixed(m.RequestRate, decimalsOf(half))
}

// prose is what the numbers say.
func (r *Report) prose() string {
	var b strings.Builder
	if r.Latency > 0 {
		fmt.Fprintf(&b, "A request with no other beside it holds its place under the cap for %s, until its last byte (median). If there were nothing but such waits, %d requests would take ceil(%d/m) times as long",
			plainTime(r.Latency), r.Requests, r.Requests)
		if r.WriteDelay > 0 {
			b.WriteString(", and the writing that is not hidden behind them")
		}
		b.WriteString(": the ideal time.\n\n")
	}
	if r.Sentence != "" {
		b.WriteString(r.Sentence + "\n")
	}
	if r.Writing != "" {
		b.WriteString("\n" + r.Writing + "\n")
	}
	return b.String()
}

// wrap breaks lines at spaces so that none is longer than width.
func wrap(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		column := 0
		for word := range strings.FieldsSeq(line) {
			n := len([]rune(word))
			switch {
			case column == 0:
			case column+1+n > width:
				b.WriteString("\n")
				column = 0
			default:
				b.WriteString(" ")
				column++
			}
			b.WriteString(word)
			column += n
		}
		b.WriteString("\n")
	}
	return b.String()
}

// CSV is a line per mode, under a line of names. Times are in seconds; what
// is not known is empty.
func (r *Report) CSV() ([]byte, error) {
	rows := [][]string{{"mode", "max_requests", "writers", "rounds",
		"speedup", "speedup_low", "speedup_high", "significant", "time", "time_low", "time_high", "ideal", "efficiency",
		"requests", "requests_per_second", "peak_requests", "bytes",
		"latency_p50", "latency_p90", "latency_p99", "latency_max"}}
	for _, m := range r.Modes {
		row := []string{string(m.Mode), strconv.Itoa(m.MaxRequests), strconv.Itoa(m.Writers), strconv.Itoa(len(m.Times))}
		row = append(append(row, m.Speedup.fields()...), significantField(m.Significant))
		row = append(append(row, m.Time.fields()...), number(m.Ideal), number(m.Efficiency),
			strconv.Itoa(m.Requests), number(m.RequestRate), strconv.Itoa(m.Peak), strconv.FormatInt(m.Bytes, 10),
			number(m.Latency.P50), number(m.Latency.P90), number(m.Latency.P99), number(m.Latency.Max))
		rows = append(rows, row)
	}
	return encodeCSV(rows)
}

func encodeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// fields are an estimate's in a line of CSV.
func (e Estimate) fields() []string {
	if !e.Known() {
		return []string{number(e.Median), "", ""}
	}
	return []string{number(e.Median), number(e.Low), number(e.High)}
}

func significantField(yes *bool) string {
	if yes == nil {
		return ""
	}
	return strconv.FormatBool(*yes)
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 7, 64) }
