package bench

import (
	"fmt"

	"getflags/cmd/flags/internal/ui"
)

// Concurrent has up to m requests open, and hands files to writers.
const Concurrent = "concurrent"

func concurrent() kind {
	return kind{
		name:     Concurrent,
		usage:    "up to m requests at once, files handed to writers",
		settings: handedOver,
		fetch:    allAtOnce,
		ideal:    idealHandedOver,
	}
}

// handedOver are all numbers of writers, each with all m.
func handedOver(requests, writers []int) (all []Mode) {
	for _, w := range writers {
		for _, m := range requests {
			if w > 0 {
				all = append(all, Mode{Requests: m, Writers: w, Way: fmt.Sprintf("concurrent, %s", ui.Plural(w, "writer"))})
			}
		}
	}
	return all
}

// idealHandedOver is ceil(requests/m) rounds of one latency; the last set is
// written after the last of them. If that is the tighter bound, the writers
// need ceil(sets/writers) rounds of their own after the first answer.
func idealHandedOver(w Work, m Mode) float64 {
	return max(w.waits(m.Requests)+w.WriteDelay, w.Latency+rounds(w.Sets, m.Writers)*w.WriteDelay)
}
