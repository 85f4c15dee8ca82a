package bench

import (
	"fmt"
	"slices"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/timeplot"
)

// A Point is what one mode has come to.
type Point struct {
	Mode
	Seconds []float64 // by round
	Ideal   float64   // seconds
}

// A Curve is one way of running at several m, ascending.
type Curve []Point

// curvesOf are the curves of the points for which there is a choice of m, in
// their order.
func curvesOf(points []Point) (all []Curve) {
	for _, p := range points {
		if p.Alone {
			continue
		}
		i := slices.IndexFunc(all, func(c Curve) bool { return c[0].Way == p.Way })
		if i < 0 {
			all = append(all, Curve{p})
			continue
		}
		all[i] = append(all[i], p)
	}
	for _, c := range all {
		slices.SortFunc(c, func(a, b Point) int { return a.Requests - b.Requests })
	}
	return all
}

// worthwhile is how much less time a larger m has to take in order to pay: at
// least a tenth.
const worthwhile = .9

// pays reports whether going from one m to another took at least a tenth off
// the time, and not by chance as far as the rounds can tell.
func (c Curve) pays(from, to int) bool {
	ratio := figures.Ratio(c[to].Seconds, c[from].Seconds)
	return ratio.Median <= worthwhile && (!ratio.Known() || ratio.Differs(1))
}

// Knee is the index of the smallest m than which no larger one pays.
func (c Curve) Knee() int {
	for knee := range c {
		if !c.morePays(knee) {
			return knee
		}
	}
	return 0
}

func (c Curve) morePays(from int) bool {
	for to := from + 1; to < len(c); to++ {
		if c.pays(from, to) {
			return true
		}
	}
	return false
}

// Sentence says in one sentence where the knee is and what that means, for
// runs that do some work.
func (c Curve) Sentence(w Work) string {
	text := c.finding(c.Knee(), w)
	if len(c[0].Seconds) < figures.MinValues {
		text += fmt.Sprintf(" (A hint only: to be sure takes at least %d rounds.)", figures.MinValues)
	}
	return text
}

func (c Curve) finding(knee int, w Work) string {
	at, last := c[knee], c[len(c)-1]
	excess := fmt.Sprintf("where a run takes %s times the ideal time", figures.NewEstimate(at.Seconds).Scaled(1/at.Ideal))
	more := "More requests at once"
	switch {
	case len(c) == 1:
		return fmt.Sprintf("Only m = %d was measured, %s; several m would show what a larger one brings.", at.Requests, excess)
	case knee == len(c)-1 && at.Requests >= w.Requests:
		return fmt.Sprintf("%s paid up to m = %d, %s; a larger m cannot pay, as all %d are open then.", more, at.Requests, excess, w.Requests)
	case knee == len(c)-1:
		return fmt.Sprintf("%s paid up to m = %d, %s; a larger m may pay still.", more, at.Requests, excess)
	}
	beyond := fmt.Sprintf("Beyond m = %d more requests at once do not pay", at.Requests)
	outcome := fmt.Sprintf("m = %d takes %s", last.Requests, c.comparison(knee))
	switch {
	case rounds(w.Requests, last.Requests) > worthwhile*rounds(w.Requests, at.Requests):
		return fmt.Sprintf("%s, since there are only %d to make: %s.", beyond, w.Requests, outcome)
	case last.Ideal > worthwhile*at.Ideal:
		return fmt.Sprintf("%s, since the writers cannot keep up: %s.", beyond, outcome)
	case at.Requests == 1:
		return fmt.Sprintf("%s do not pay here: an answer takes only %s, so there is little waiting to share, and %s.", more, figures.Time(w.Latency), outcome)
	}
	return fmt.Sprintf("%s: %s, where waiting alone would allow %s; what is left is work, for processor, network or disk.",
		beyond, outcome, figures.Significant(last.Ideal/at.Ideal, 2))
}

// comparison is the last m's time as a multiple of that at the knee.
func (c Curve) comparison(knee int) string {
	r := figures.Ratio(c[len(c)-1].Seconds, c[knee].Seconds)
	return fmt.Sprintf("%s times as long", r.String())
}

// seriesOf are what curves have come to and, where it is known, what is ideal:
// for each by itself, or once for all. The first comes last, on top.
func seriesOf(curves []Curve, sameIdeal bool) (all []timeplot.Series) {
	for _, c := range slices.Backward(curves) {
		if len(c) < 2 {
			continue
		}
		ideal, measured := c.series()
		if sameIdeal {
			ideal.Name = "ideal"
		}
		known := slices.ContainsFunc(all, func(s timeplot.Series) bool { return s.Name == ideal.Name })
		if !known && c[0].Ideal > 0 { // there is a latency to speak of
			all = append(all, ideal)
		}
		all = append(all, measured)
	}
	return all
}

// series are the curve by theory, and as it was measured.
func (c Curve) series() (ideal, measured timeplot.Series) {
	measured.Name = c[0].Way
	ideal = timeplot.Series{Name: "ideal if " + measured.Name, Dotted: true}
	for _, p := range c {
		ideal.Add(p.Requests, figures.Estimate{Median: p.Ideal, Low: p.Ideal, High: p.Ideal})
		measured.Add(p.Requests, figures.NewEstimate(p.Seconds))
	}
	return ideal, measured
}
