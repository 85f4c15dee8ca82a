package bench

import (
	"strings"

	"getflags/cmd/flags/internal/figures"
)

// A Contest is what is to be told of programs that competed. Its fields are
// those of the JSON form; times are in seconds, memory in bytes.
type Contest struct {
	head
	Files    int             `json:"files"` // that each run fetches
	Bytes    int64           `json:"bytes"`
	Delay    float64         `json:"delay"` // of each answer; 0 where nobody knows
	Programs []ProgramReport `json:"programs"`
	LeftOut  []LeftOut       `json:"left_out"`

	curves []Curve
}

// A ProgramReport tells of one program at one m. Ratios are its cost to that
// of this program, medians of the rounds'.
type ProgramReport struct {
	Program     string           `json:"program"`
	MaxRequests int              `json:"max_requests"`
	WallRatio   figures.Estimate `json:"wall_ratio"`
	CPURatio    figures.Estimate `json:"cpu_ratio"`
	// Memory is the most that was resident, null where the system does not tell.
	MemoryRatio *figures.Estimate `json:"memory_ratio"`
	Wall        figures.Estimate  `json:"wall"`
	CPU         figures.Estimate  `json:"cpu"` // user and system
	Memory      *figures.Estimate `json:"memory"`
	Walls       []float64         `json:"walls"` // of each round
	// OfIdeal is how many times as long it took as ceil(files/m) delays of the
	// site, null where that has none.
	OfIdeal *figures.Estimate `json:"times_ideal"`
}

// LeftOut is a program that could not be compared, at one m or, where that is
// 0, at any.
type LeftOut struct {
	Program     string `json:"program"`
	MaxRequests int    `json:"max_requests"`
	Reason      string `json:"reason"`
}

// judge makes a contest of at least one whole round. Programs are compared
// with this one at the same m.
func (p *Programs) judge(m *Measured) *Contest {
	c := &Contest{
		head: headOf(m, p.Site), Files: len(p.files), Bytes: p.want.bytes(), Delay: p.Delay.Seconds(), LeftOut: []LeftOut{},
	}
	c.Missing = len(p.Codes) - len(codesOf(p.files))
	var points []Point
	var baseline Runs
	for _, runs := range m.Modes {
		if runs.Mode.Name == own {
			baseline = runs // it comes before the others
		}
		if runs.Failed != nil {
			reason := strings.ReplaceAll(runs.Failed.Error(), "\n", "; ")
			c.LeftOut = append(c.LeftOut, LeftOut{runs.Mode.Name, runs.Mode.Requests, reason})
			continue
		}
		program := c.programReport(runs, baseline)
		c.Programs = append(c.Programs, program)
		points = append(points, Point{Mode: runs.Mode, Seconds: program.Walls})
	}
	for _, name := range p.Absent {
		c.LeftOut = append(c.LeftOut, LeftOut{Program: name, Reason: "not installed"})
	}
	c.curves = curvesOf(points)
	return c
}

func (c *Contest) programReport(runs, baseline Runs) ProgramReport {
	p := ProgramReport{Program: runs.Mode.Name, MaxRequests: runs.Mode.Requests, Walls: runs.walls()}
	p.Wall, p.WallRatio = runs.against(baseline, wall)
	p.CPU, p.CPURatio = runs.against(baseline, cpu)
	if runs.Costs[0].Memory > 0 {
		value, ratio := runs.against(baseline, memory)
		p.Memory, p.MemoryRatio = &value, &ratio
	}
	if c.Delay > 0 {
		p.OfIdeal = new(p.Wall.Scaled(1 / runs.Mode.Ideal(Work{Requests: c.Files, Latency: c.Delay})))
	}
	return p
}
