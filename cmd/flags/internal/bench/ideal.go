package bench

import "math"

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
