package bench

import (
	"cmp"
	"fmt"
	"slices"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/ui"
	"getflags/downloader/stats"
)

// A Comparison is what modes have come to. Its fields are those of the JSON
// form; times are in seconds.
type Comparison struct {
	head
	Flags      int          `json:"flags"`       // that each run has saved
	Requests   int          `json:"requests"`    // in each run
	WriteDelay float64      `json:"write_delay"` // added to the writing of each flag
	Latency    float64      `json:"latency"`     // of one request with no other beside it
	Baseline   string       `json:"baseline"`    // the mode that speedups are against
	Modes      []ModeReport `json:"modes"`
	Knee       int          `json:"knee"`     // the m beyond which more does not pay; 0 if unknown
	Sentence   string       `json:"sentence"` // about the knee
	Writing    string       `json:"writing"`  // about handing over and writing in line; may be ""

	curves []Curve // of the modes that have an m
}

// A ModeReport tells of one mode.
type ModeReport struct {
	Mode        string           `json:"mode"`
	MaxRequests int              `json:"max_requests"`
	Writers     int              `json:"writers"` // 0: written in line
	Time        figures.Estimate `json:"time"`
	// Speedup is how many times as fast as the baseline the mode is, and
	// Significant whether that is no chance; null with too few rounds to tell.
	Speedup     figures.Estimate `json:"speedup"`
	Significant *bool            `json:"significant"`
	Ideal       float64          `json:"ideal"`      // time by theory
	Efficiency  float64          `json:"efficiency"` // Ideal / Time.median

	RequestRate float64   `json:"requests_per_second"`
	Latency     Latency   `json:"latency"`
	Requests    int       `json:"requests"` // in each run, on average
	Bytes       int64     `json:"bytes"`    // of bodies in each run, on average
	Peak        int       `json:"peak_requests"`
	Times       []float64 `json:"times"` // of each round
}

// Latency is for how long requests held their slots, over all rounds.
type Latency struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// compare makes a comparison of at least one whole round.
func (e *Engine) compare(m *Measured) *Comparison {
	c := &Comparison{
		head: headOf(m, e.Job.Site), Flags: len(e.Codes) - len(e.first.missing), WriteDelay: e.WriteDelay.Seconds(),
		Latency: cmp.Or(median(m.Latencies), e.probed).Seconds(), Baseline: m.Modes[0].Mode.String(),
	}
	c.Missing = len(e.first.missing)
	var points []Point
	for _, runs := range m.Modes {
		mode := c.modeReport(runs, m.Modes[0].walls())
		c.Modes = append(c.Modes, mode)
		c.Requests = max(c.Requests, mode.Requests)
		points = append(points, Point{runs.Mode, mode.Times, mode.Ideal})
	}
	c.curves = curvesOf(points)
	c.conclude()
	return c
}

func (c *Comparison) modeReport(runs Runs, baseline []float64) ModeReport {
	n, s, times := len(runs.Costs), runs.Stats, runs.walls()
	m := ModeReport{
		Mode: runs.Mode.Name, MaxRequests: runs.Mode.Requests, Writers: runs.Mode.Writers,
		Time: figures.NewEstimate(times), Speedup: figures.Ratio(baseline, times), Times: times,
		Latency:  latencyOf(s.Request),
		Requests: (s.Requests + n/2) / n, Bytes: s.Bytes / int64(n), Peak: s.Peak,
	}
	if m.Speedup.Known() {
		m.Significant = new(m.Speedup.Differs(1))
	}
	m.Ideal = runs.Mode.Ideal(c.work(m.Requests))
	m.Efficiency = m.Ideal / m.Time.Median
	m.RequestRate = float64(m.Requests) / m.Time.Median
	return m
}

func latencyOf(d stats.Distribution) Latency {
	return Latency{d.P50.Seconds(), d.P90.Seconds(), d.P99.Seconds(), d.Max.Seconds()}
}

func (c *Comparison) work(requests int) Work {
	return Work{Requests: requests, Sets: c.Flags, Latency: c.Latency, WriteDelay: c.WriteDelay}
}

// conclude says what the curves show.
func (c *Comparison) conclude() {
	if len(c.curves) == 0 {
		return
	}
	main := c.mainCurve()
	c.Sentence = main.Sentence(c.work(c.Requests))
	if len(c.curves) > 2 { // there is more than one number of writers
		c.Sentence = fmt.Sprintf("With %s: %s", ui.Plural(main[0].Writers, "writer"), c.Sentence)
	}
	if len(main) > 1 {
		c.Knee = main[main.Knee()].Requests
	}
	c.Writing = c.writing(main)
}

// mainCurve is the one that the sentence is about: of the most writers.
func (c *Comparison) mainCurve() Curve {
	return slices.MaxFunc(c.curves, func(a, b Curve) int { return a[0].Writers - b[0].Writers })
}

// writing compares handing over with writing in line, at the largest m that
// was measured with both.
func (c *Comparison) writing(handed Curve) string {
	for _, other := range c.curves {
		if handed[0].Writers == 0 || other[0].Writers > 0 {
			continue
		}
		for _, a := range slices.Backward(handed) {
			i := slices.IndexFunc(other, func(b Point) bool { return a.Requests == b.Requests })
			if i >= 0 {
				return c.compareWriting(a, other[i])
			}
		}
	}
	return ""
}

func (c *Comparison) compareWriting(handed, inline Point) string {
	ratio := figures.Ratio(inline.Seconds, handed.Seconds)
	where := fmt.Sprintf("At m = %d", handed.Requests)
	if ratio.ByChance() {
		return fmt.Sprintf("%s it makes no difference that these rounds could tell from chance whether files are handed to writers or written in line (%s).", where, ratio)
	}
	text := fmt.Sprintf("%s writing in line takes %s times as long as handing files to %s", where, ratio, ui.Plural(handed.Writers, "writer"))
	if c.WriteDelay > 0 {
		text += "; theory says " + figures.Significant(inline.Ideal/handed.Ideal, 3)
	}
	return text + "."
}
