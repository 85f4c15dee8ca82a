package bench

import (
	"fmt"
	"math"
	"slices"
)

// Work is what a run has to do, in the eyes of theory.
type Work struct {
	Requests   int
	Sets       int     // of files to write, one for each flag
	Latency    float64 // seconds for which a request holds its place
	WriteDelay float64 // seconds that writing a set takes; 0 where nobody knows
}

// Ideal is how many seconds a mode would take if nothing but waiting took
// time: neither processor nor bandwidth.
//
// In turn, all waits add up. Concurrently, requests go out m at a time, in
// ceil(requests/m) rounds of one latency; the last set is written after the
// last of them, but if that is the tighter bound, the writers need
// ceil(sets/writers) rounds of their own after the first answer. Written in
// line, a set's writing holds one of the m slots, which have to fit in all
// waits for answers and for the disk.
func (w Work) Ideal(m Mode) float64 {
	latency, write := w.Latency, w.WriteDelay
	switch m.Kind {
	case Sequential:
		return float64(w.Requests)*latency + float64(w.Sets)*write
	case Inline:
		longest := rounds(w.Requests, m.Requests) * latency
		if write == 0 {
			return longest
		}
		held := float64(w.Requests)*latency + float64(w.Sets)*write
		return max(longest+write, held/float64(m.Requests))
	}
	network := rounds(w.Requests, m.Requests)*latency + write
	return max(network, latency+rounds(w.Sets, m.Writers)*write)
}

func rounds(n, atOnce int) float64 { return math.Ceil(float64(n) / float64(atOnce)) }

// A Point is what one m has come to.
type Point struct {
	Requests int       // m
	Seconds  []float64 // by round
	Ideal    float64   // seconds
}

// A Curve is one way of running at several m, ascending.
type Curve []Point

// worthwhile is how much less time a larger m has to take in order to pay: at
// least a tenth.
const worthwhile = .9

// pays reports whether going from one m to another took at least a tenth off
// the time, and not by chance as far as the rounds can tell.
func (c Curve) pays(from, to int) bool {
	ratio := Ratio(c[to].Seconds, c[from].Seconds)
	return ratio.Median <= worthwhile && (!ratio.Known() || ratio.Differs(1))
}

// Knee is the index of the smallest m than which no larger one pays.
func (c Curve) Knee() int {
	for knee := range c {
		larger := slices.ContainsFunc(indices(knee+1, len(c)), func(i int) bool { return c.pays(knee, i) })
		if !larger {
			return knee
		}
	}
	return 0
}

func indices(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// Sentence says in one sentence where the knee is and what that means, for
// runs that do some work.
func (c Curve) Sentence(w Work) string {
	text := c.finding(c.Knee(), w)
	if len(c[0].Seconds) < MinRuns {
		text += fmt.Sprintf(" (A hint only: to be sure takes at least %d rounds.)", MinRuns)
	}
	return text
}

func (c Curve) finding(knee int, w Work) string {
	at, last := c[knee], c[len(c)-1]
	excess := fmt.Sprintf("where a run takes %s times the ideal time", NewEstimate(at.Seconds).scaled(1/at.Ideal))
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
		return fmt.Sprintf("%s do not pay here: an answer takes only %s, so there is little waiting to share, and %s.", more, plainTime(w.Latency), outcome)
	}
	return fmt.Sprintf("%s: %s, where waiting alone would allow %s; what is left is work, for processor, network or disk.",
		beyond, outcome, significant(last.Ideal/at.Ideal, 2))
}

// comparison is the last m's time as a multiple of that at the knee.
func (c Curve) comparison(knee int) string {
	r := Ratio(c[len(c)-1].Seconds, c[knee].Seconds)
	return fmt.Sprintf("%s times as long", r.String())
}
