package bench

import (
	"time"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/process"
	"getflags/flags"
)

// Analyse makes a report of at least one whole round.
func Analyse(m *Measured) *Report { return m.Config.Subject.report(m) }

// A head is what the JSON forms of all analyses begin with.
type head struct {
	Site    string  `json:"site"`
	Machine Machine `json:"machine"`
	Missing int     `json:"missing"` // flags that the site does not have
	Rounds  int     `json:"rounds"`  // that were whole
	Warmup  int     `json:"warmup"`
	Seed    uint64  `json:"seed"`
}

func headOf(m *Measured, site flags.Site) head {
	return head{Site: site.URL(), Machine: ThisMachine(), Rounds: m.Rounds(), Warmup: m.Config.Warmup, Seed: m.Config.Seed}
}

// walls are for how many seconds the runs took.
func (r Runs) walls() []float64 { return r.column(wall) }

// column is one number of each run's cost.
func (r Runs) column(number func(process.Cost) float64) (all []float64) {
	for _, c := range r.Costs {
		all = append(all, number(c))
	}
	return all
}

// against estimates one number of the runs' costs, and its ratio to that of
// a baseline.
func (r Runs) against(baseline Runs, number func(process.Cost) float64) (value, ratio figures.Estimate) {
	return figures.NewEstimate(r.column(number)), figures.Ratio(r.column(number), baseline.column(number))
}

func wall(c process.Cost) float64 { return c.Wall.Seconds() }

// cpu is more than nothing: a clock that ticks coarsely can show none at all.
func cpu(c process.Cost) float64 { return max(c.CPU.Seconds(), 1e-6) }

func memory(c process.Cost) float64 { return float64(c.Memory) }

// median is that of some seconds, 0 if there are none.
func median(seconds []float64) time.Duration {
	if len(seconds) == 0 {
		return 0
	}
	return time.Duration(figures.NewEstimate(seconds).Median * float64(time.Second))
}
