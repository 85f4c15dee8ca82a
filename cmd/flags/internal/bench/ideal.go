package bench

import "math"

// Work is what a run has to do, in the eyes of theory.
type Work struct {
	Requests   int
	Sets       int     // of files to write, one for each flag
	Latency    float64 // seconds for which a request holds its slot
	WriteDelay float64 // seconds that writing a set takes; 0 where nobody knows
}

// inTurn is how long it takes to wait for each answer and each write by itself.
func (w Work) inTurn() float64 {
	return float64(w.Requests)*w.Latency + float64(w.Sets)*w.WriteDelay
}

// waits is how long it takes to wait for the answers, m at a time.
func (w Work) waits(m int) float64 { return rounds(w.Requests, m) * w.Latency }

func rounds(n, atOnce int) float64 { return math.Ceil(float64(n) / float64(atOnce)) }
