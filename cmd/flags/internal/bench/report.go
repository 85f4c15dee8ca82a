package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"getflags/downloader/stats"
)

// A Report is what is to be told of a measuring. Its fields are those of the
// JSON form; times are in seconds.
type Report struct {
	Site       string       `json:"site"`
	Machine    Machine      `json:"machine"`
	Flags      int          `json:"flags"`    // that each run has saved
	Missing    int          `json:"missing"`  // that the site does not have
	Requests   int          `json:"requests"` // in each run
	Rounds     int          `json:"rounds"`   // that were whole
	Warmup     int          `json:"warmup"`
	Seed       uint64       `json:"seed"`
	WriteDelay float64      `json:"write_delay"` // added to the writing of each flag
	Latency    float64      `json:"latency"`     // of one request with no other beside it
	Baseline   string       `json:"baseline"`    // the mode that speedups are against
	Modes      []ModeReport `json:"modes"`
	Knee       int          `json:"knee"`     // the m beyond which more does not pay; 0 if unknown
	Sentence   string       `json:"sentence"` // about the knee
	Writing    string       `json:"writing"`  // about handing over and writing in line; may be ""
}

// A ModeReport tells of one mode.
type ModeReport struct {
	Mode        Kind     `json:"mode"`
	MaxRequests int      `json:"max_requests"`
	Writers     int      `json:"writers"` // 0: written in line
	Time        Estimate `json:"time"`
	// Speedup is how many times as fast as the baseline the mode is, and
	// Significant whether that is no chance; null with too few rounds to tell.
	Speedup     Estimate `json:"speedup"`
	Significant *bool    `json:"significant"`
	Ideal       float64  `json:"ideal"`      // time by theory
	Efficiency  float64  `json:"efficiency"` // Ideal / Time.median

	RequestRate float64   `json:"requests_per_second"`
	Latency     Latency   `json:"latency"`
	Requests    int       `json:"requests"` // in each run, on average
	Bytes       int64     `json:"bytes"`    // of bodies in each run, on average
	Peak        int       `json:"peak_requests"`
	Times       []float64 `json:"times"` // of each round
}

// Latency is for how long requests held their places, over all rounds.
type Latency struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func (m ModeReport) mode() Mode { return Mode{m.Mode, m.MaxRequests, m.Writers} }

// Analyse makes a report of at least one whole round.
func Analyse(m *Measured) *Report {
	c := m.Config
	r := &Report{
		Site: c.Job.Site.URL(), Machine: ThisMachine(),
		Flags: len(c.Codes) - len(m.Missing), Missing: len(m.Missing),
		Rounds: m.Rounds(), Warmup: c.Warmup, Seed: c.Seed,
		WriteDelay: c.WriteDelay.Seconds(), Latency: m.Latency.Seconds(),
		Baseline: m.Modes[0].Mode.String(),
	}
	for _, runs := range m.Modes {
		mode := r.analyse(runs, m.Modes[0].Seconds)
		r.Modes = append(r.Modes, mode)
		r.Requests = max(r.Requests, mode.Requests)
	}
	if curve := r.curve(r.mainCurve()); len(curve) > 0 {
		r.Sentence = curve.Sentence(r.work(r.Requests))
		if len(r.ways()) > 2 { // there is more than one to hand over to
			r.Sentence = fmt.Sprintf("With %s: %s", plural(r.mainCurve().writers, "writer"), r.Sentence)
		}
		if len(curve) > 1 {
			r.Knee = curve[curve.Knee()].Requests
		}
	}
	r.Writing = r.writing()
	return r
}

func (r *Report) analyse(runs ModeRuns, baseline []float64) ModeReport {
	n, s := len(runs.Seconds), runs.Stats
	m := ModeReport{
		Mode: runs.Mode.Kind, MaxRequests: runs.Mode.Requests, Writers: runs.Mode.Writers,
		Time: NewEstimate(runs.Seconds), Speedup: Ratio(baseline, runs.Seconds),
		Latency:  latencyOf(s.Request),
		Requests: (s.Requests + n/2) / n, Bytes: s.Bytes / int64(n), Peak: s.Peak,
		Times: runs.Seconds,
	}
	if m.Speedup.Known() {
		differs := m.Speedup.Differs(1)
		m.Significant = &differs
	}
	m.Ideal = r.work(m.Requests).Ideal(runs.Mode)
	m.Efficiency = m.Ideal / m.Time.Median
	m.RequestRate = float64(m.Requests) / m.Time.Median
	return m
}

func (r *Report) work(requests int) Work {
	return Work{Requests: requests, Sets: r.Flags, Latency: r.Latency, WriteDelay: r.WriteDelay}
}

func latencyOf(d stats.Distribution) Latency {
	return Latency{d.P50.Seconds(), d.P90.Seconds(), d.P99.Seconds(), d.Max.Seconds()}
}

// A way is what the modes of one curve have in common.
type way struct {
	kind    Kind
	writers int
}

func (w way) String() string {
	switch w.kind {
	case Inline:
		return "written in line"
	case Concurrent:
		return fmt.Sprintf("concurrent, %s", plural(w.writers, "writer"))
	}
	return string(w.kind)
}

// ways are those that have an m, in the order of the modes.
func (r *Report) ways() (all []way) {
	for _, m := range r.Modes {
		w := way{m.Mode, m.Writers}
		if m.Mode != Sequential && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// mainCurve is the way that the sentence is about: handed over, to the most
// writers, if any mode is.
func (r *Report) mainCurve() way {
	ways := r.ways()
	if len(ways) == 0 {
		return way{}
	}
	return slices.MaxFunc(ways, func(a, b way) int { return a.writers - b.writers })
}

func (r *Report) curve(w way) (c Curve) {
	for _, m := range r.Modes {
		if (way{m.Mode, m.Writers}) == w {
			c = append(c, Point{m.MaxRequests, m.Times, m.Ideal})
		}
	}
	slices.SortFunc(c, func(a, b Point) int { return a.Requests - b.Requests })
	return c
}

// writing compares handing over with writing in line, at the largest m that
// was measured with both.
func (r *Report) writing() string {
	handed, inline := r.curve(r.mainCurve()), r.curve(way{kind: Inline})
	if r.mainCurve().kind != Concurrent {
		return ""
	}
	for _, a := range slices.Backward(handed) {
		i := slices.IndexFunc(inline, func(b Point) bool { return a.Requests == b.Requests })
		if i >= 0 {
			return r.compareWriting(a, inline[i])
		}
	}
	return ""
}

func (r *Report) compareWriting(handed, inline Point) string {
	ratio := Ratio(inline.Seconds, handed.Seconds)
	where := fmt.Sprintf("At m = %d", handed.Requests)
	switch {
	case ratio.Known() && !ratio.Differs(1):
		return fmt.Sprintf("%s it makes no difference that these rounds could tell from chance whether files are handed to writers or written in line (%s).", where, ratio.String())
	case r.WriteDelay > 0:
		return fmt.Sprintf("%s writing in line takes %s times as long as handing files to %s; theory says %s.", where,
			ratio.String(), plural(r.mainCurve().writers, "writer"), significant(inline.Ideal/handed.Ideal, 3))
	}
	return fmt.Sprintf("%s writing in line takes %s times as long as handing files to %s.", where, ratio.String(), plural(r.mainCurve().writers, "writer"))
}

// JSON is the report as an object, indented, with a line's end.
func (r *Report) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	return append(data, '\n'), err
}

// summary says what was measured, in a line or two.
func (r *Report) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s; %s", plural(r.Flags, "flag"), plural(r.Requests, "request"), plural(r.Rounds, "round"))
	if r.Rounds < MinRuns {
		fmt.Fprintf(&b, " (an interval takes at least %d)", MinRuns)
	}
	if r.Missing > 0 {
		fmt.Fprintf(&b, "; %d not found", r.Missing)
	}
	if r.WriteDelay > 0 {
		fmt.Fprintf(&b, "; each flag's writing slowed by %v", time.Duration(r.WriteDelay*float64(time.Second)))
	}
	return b.String()
}
