// Package bench measures how long it takes to fetch flags: in turn and
// concurrently, handed over to writers and written in line, by this program
// and by others.
//
// Start at [Measure], which runs the modes of a [Config] in shuffled rounds,
// and at [Analyse], which makes a [Report] of what was measured. A report is
// printed by its methods Text, Markdown, CSV, JSON, Chart and Plot. [Compete]
// does for whole processes, those of other programs among them, what Measure
// does for modes; its report is a [Contest].
//
//	measured, err := bench.Measure(ctx, config)
//	if measured.Rounds() > 0 {
//		fmt.Print(bench.Analyse(measured).Text())
//	}
package bench
