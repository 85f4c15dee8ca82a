package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the numbers, each round has every competitor once, rounds come one
// after the other, the same seed gives the same order, and over many rounds
// everybody comes to stand everywhere.
func TestSchedule(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n, warmup, runs, seed := 1+random.IntN(12), random.IntN(3), 1+random.IntN(30), random.Uint64()
		turns := slices.Collect(schedule(n, warmup, runs, seed))
		if !slices.Equal(turns, slices.Collect(schedule(n, warmup, runs, seed))) {
			t.Fatalf("seed %d gives two orders", seed)
		}
		if len(turns) != n*(warmup+runs) {
			t.Fatalf("%d turns, want %d", len(turns), n*(warmup+runs))
		}
		for i, round := range slices.Collect(slices.Chunk(turns, n)) {
			seen := map[int]bool{}
			for j, turn := range round {
				seen[turn.who] = true
				if turn.round != i-warmup || turn.finish != (j == n-1) || turn.who < 0 || turn.who >= n {
					t.Fatalf("turn %+v is number %d of round %d", turn, j, i-warmup)
				}
			}
			if len(seen) != n {
				t.Fatalf("%d of %d in round %d", len(seen), n, i-warmup)
			}
		}
	}
}

func TestScheduleIsFair(t *testing.T) {
	const n, rounds = 4, 4000
	var places [n][n]int // by who, and place within the round
	i := 0
	for turn := range schedule(n, 0, rounds, 7) {
		places[turn.who][i%n]++
		i++
	}
	for who, counts := range places {
		for place, count := range counts {
			if count < rounds/n*9/10 || count > rounds/n*11/10 {
				t.Errorf("%d stands at place %d %d times of %d", who, place, count, rounds)
			}
		}
	}
}

// A schedule that is left early leaves nothing behind.
func TestScheduleLeftEarly(t *testing.T) {
	for turn := range schedule(3, 1, 1, 1) {
		if turn.round != -1 {
			t.Errorf("the first round is %d", turn.round)
		}
		break
	}
}
