// Package bench measures how long it takes to fetch flags: in turn and
// concurrently, handed over to writers and written in line, by this program
// and by others.
//
// Start at [Measure], which runs the [Mode]s of a [Subject] in shuffled rounds:
// those of the [Engine] or of whole [Programs]. [Analyse] makes a [Report] of
// what was measured, whose Text is for a terminal; its other [Forms] are for
// files.
//
//	measured, err := bench.Measure(ctx, config)
//	if measured.Rounds() > 0 {
//		fmt.Print(bench.Analyse(measured).Text())
//	}
package bench
