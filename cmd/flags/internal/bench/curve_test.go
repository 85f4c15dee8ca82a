package bench

import (
	"math"
	"strings"
	"testing"
)

func TestIdeal(t *testing.T) {
	const d, s = .1, .1
	slow := Work{Requests: 388, Sets: 194, Latency: d, WriteDelay: s}
	fast := Work{Requests: 388, Sets: 194, Latency: d}
	for _, tt := range []struct {
		name string
		work Work
		kind kind
		mode Mode
		want float64
	}{
		{"in turn", fast, sequential(), Mode{Requests: 1}, 38.8},
		{"in turn, written slowly", slow, sequential(), Mode{Requests: 1}, 38.8 + 19.4},
		{"25 rounds", fast, concurrent(), Mode{Requests: 16, Writers: 4}, 2.5},
		{"25 rounds and a last write", slow, concurrent(), Mode{Requests: 16, Writers: 16}, 2.6},
		{"too few writers", slow, concurrent(), Mode{Requests: 16, Writers: 4}, .1 + 4.9},
		{"all at once", fast, inline(), Mode{Requests: 1000}, .1},
		{"in line on a fast disk", fast, inline(), Mode{Requests: 16}, 2.5},
		{"in line on a slow one", slow, inline(), Mode{Requests: 16}, (38.8 + 19.4) / 16},
		{"in line with room for all", slow, inline(), Mode{Requests: 1000}, .2},
	} {
		if got := tt.kind.ideal(tt.work, tt.mode); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v s, want %v", tt.name, got, tt.want)
		}
	}
}

// curveOf makes a curve of times, eight rounds each, that are a little uneven.
func curveOf(rounds int, ideal func(m int) float64, times map[int]float64) (c Curve) {
	for _, m := range []int{1, 2, 5, 10, 20, 50, 100} {
		if _, ok := times[m]; !ok {
			continue
		}
		p := Point{Mode: Mode{Requests: m}, Ideal: ideal(m)}
		for i := range rounds {
			p.Seconds = append(p.Seconds, times[m]*(1+.001*float64(i)))
		}
		c = append(c, p)
	}
	return c
}

func TestKneeAndSentence(t *testing.T) {
	work := Work{Requests: 388, Sets: 194, Latency: .05}
	ideal := func(m int) float64 { return idealHandedOver(work, Mode{Requests: m, Writers: 4}) }
	slowDisk := Work{Requests: 388, Sets: 194, Latency: .05, WriteDelay: .05}
	slowIdeal := func(m int) float64 { return idealHandedOver(slowDisk, Mode{Requests: m, Writers: 4}) }
	few := Work{Requests: 20, Sets: 10, Latency: .05}
	fewIdeal := func(m int) float64 { return idealHandedOver(few, Mode{Requests: m, Writers: 4}) }
	for _, tt := range []struct {
		name  string
		work  Work
		curve Curve
		knee  int
		want  string
	}{
		{"a slow server", work, curveOf(8, ideal, map[int]float64{1: 19.6, 5: 4.0, 20: 1.01, 100: .21}), 100,
			"More requests at once paid up to m = 100, where a run takes 1.05 (1.05–1.06) times the ideal time; a larger m may pay still."},
		{"work for the processor", work, curveOf(8, ideal, map[int]float64{1: 19.6, 5: 4.0, 20: 1.1, 100: 1.05}), 20,
			"Beyond m = 20 more requests at once do not pay: m = 100 takes 0.955 (0.955–0.955) times as long, where waiting alone would allow 0.20; what is left is work, for processor, network or disk."},
		{"a hump on the way", work, curveOf(8, ideal, map[int]float64{1: 19.6, 5: 4.0, 10: 4.2, 20: 1.1}), 20,
			"More requests at once paid up to m = 20, where a run takes 1.10 (1.10–1.11) times the ideal time; a larger m may pay still."},
		{"getting worse", work, curveOf(8, ideal, map[int]float64{1: 19.6, 5: 4.0, 20: 5, 100: 8}), 5,
			"Beyond m = 5 more requests at once do not pay: m = 100 takes 2.00 ±0 times as long, where waiting alone would allow 0.051; what is left is work, for processor, network or disk."},
		{"a fast server", work, curveOf(8, ideal, map[int]float64{1: 19.6, 5: 19.6, 20: 19}), 1,
			"More requests at once do not pay here: an answer takes only 50 ms, so there is little waiting to share, and m = 20 takes 0.969 (0.969–0.969) times as long."},
		{"few requests", few, curveOf(8, fewIdeal, map[int]float64{1: 1, 5: .21, 20: .06, 100: .06}), 20,
			"Beyond m = 20 more requests at once do not pay, since there are only 20 to make: m = 100 takes 1.00 ±0 times as long."},
		{"few requests, all open", few, curveOf(8, fewIdeal, map[int]float64{1: 1, 5: .21, 20: .06}), 20,
			"More requests at once paid up to m = 20, where a run takes 1.20 (1.20–1.21) times the ideal time; a larger m cannot pay, as all 20 are open then."},
		{"few writers", slowDisk, curveOf(8, slowIdeal, map[int]float64{1: 19.6, 5: 4, 20: 2.6, 100: 2.6}), 20,
			"Beyond m = 20 more requests at once do not pay, since the writers cannot keep up: m = 100 takes 1.00 ±0 times as long."},
		{"one m", work, curveOf(8, ideal, map[int]float64{5: 4.0}), 5,
			"Only m = 5 was measured, where a run takes 1.03 (1.03–1.03) times the ideal time; several m would show what a larger one brings."},
		{"few rounds", work, curveOf(2, ideal, map[int]float64{1: 19.6, 5: 4.0}), 5,
			"More requests at once paid up to m = 5, where a run takes 1.0 ±? times the ideal time; a larger m may pay still. (A hint only: to be sure takes at least 6 rounds.)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if knee := tt.curve[tt.curve.Knee()].Requests; knee != tt.knee {
				t.Errorf("the knee is %d, want %d", knee, tt.knee)
			}
			if got := tt.curve.Sentence(tt.work); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// What chance may have brought does not make a larger m pay.
func TestKneeOfNoise(t *testing.T) {
	noisy := Curve{
		{Mode: Mode{Requests: 5}, Seconds: []float64{1, 1, 1, 1, 1, 1}, Ideal: 1},
		{Mode: Mode{Requests: 20}, Seconds: []float64{.7, 1.3, .7, 1.3, .7, .7}, Ideal: .25},
	}
	if noisy.Knee() != 0 {
		t.Error("the knee is where the noise is")
	}
	if s := noisy.Sentence(Work{Requests: 388, Latency: .05}); !strings.HasPrefix(s, "Beyond m = 5 ") {
		t.Error(s)
	}
}
