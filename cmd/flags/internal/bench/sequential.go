package bench

import "getflags/flags"

// Sequential is one goroutine with one request at a time, which writes each
// flag's files before it asks for the next.
const Sequential = "sequential"

func sequential() kind {
	return kind{
		name:     Sequential,
		usage:    "one goroutine, one request at a time, written in line",
		settings: func(_, _ []int) []Mode { return []Mode{{Requests: 1, Alone: true}} },
		fetch:    flags.Sequential,
		ideal:    func(w Work, _ Mode) float64 { return w.inTurn() },
	}
}
