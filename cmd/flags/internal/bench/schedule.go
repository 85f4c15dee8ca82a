package bench

import (
	"iter"
	"math/rand/v2"
)

// A turn is one run of one of n competitors.
type turn struct {
	round  int  // from 0; below 0 while warming up
	who    int  // 0 to n-1
	finish bool // whether it is the last of its round
}

// schedule gives each of n competitors a turn per round, in an order drawn
// anew for each round, so that a machine that slows down, or one that is
// disturbed now and then, does so to all of them alike. The same seed gives
// the same order. Rounds to warm up come first and are numbered up to -1.
func schedule(n, warmup, runs int, seed uint64) iter.Seq[turn] {
	return func(yield func(turn) bool) {
		random := rand.New(rand.NewPCG(seed, 0))
		for round := -warmup; round < runs; round++ {
			for i, who := range random.Perm(n) {
				if !yield(turn{round, who, i == n-1}) {
					return
				}
			}
		}
	}
}
