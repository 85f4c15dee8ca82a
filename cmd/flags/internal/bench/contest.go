package bench

import "strings"

// A Contest is what is to be told of programs that competed. Its fields are
// those of the JSON form; times are in seconds, memory in bytes.
type Contest struct {
	Site     string          `json:"site"`
	Machine  Machine         `json:"machine"`
	Files    int             `json:"files"` // that each run fetches
	Bytes    int64           `json:"bytes"`
	Missing  int             `json:"missing"` // flags that the site does not have
	Rounds   int             `json:"rounds"`
	Warmup   int             `json:"warmup"`
	Seed     uint64          `json:"seed"`
	Delay    float64         `json:"delay"` // of each answer; 0 where nobody knows
	Programs []ProgramReport `json:"programs"`
	LeftOut  []LeftOut       `json:"left_out"`

	curves []Curve
}

// own is the name of this program.
const own = "flags"

// A ProgramReport tells of one program at one m. Ratios are its cost to that
// of this program, medians of the rounds'.
type ProgramReport struct {
	Program     string   `json:"program"`
	MaxRequests int      `json:"max_requests"`
	WallRatio   Estimate `json:"wall_ratio"`
	CPURatio    Estimate `json:"cpu_ratio"`
	// Memory is the most that was resident, null where the system does not tell.
	MemoryRatio *Estimate `json:"memory_ratio"`
	Wall        Estimate  `json:"wall"`
	CPU         Estimate  `json:"cpu"` // user and system
	Memory      *Estimate `json:"memory"`
	Walls       []float64 `json:"walls"` // of each round
	// OfIdeal is how many times as long it took as ceil(files/m) delays of the
	// site, null where that has none.
	OfIdeal *Estimate `json:"times_ideal"`
}

// LeftOut is a program that could not be compared, at one m or, where that is
// 0, at any.
type LeftOut struct {
	Program     string `json:"program"`
	MaxRequests int    `json:"max_requests"`
	Reason      string `json:"reason"`
}

// judge makes a contest of at least one whole round. Absent are the names of
// peers that are not installed.
func judge(m *Competed, absent []string) *Contest {
	c := &Contest{
		Site: m.Match.Site.URL(), Machine: ThisMachine(), Files: m.Files, Bytes: m.Bytes, Missing: m.Missing,
		Rounds: m.Rounds(), Warmup: m.Match.Warmup, Seed: m.Match.Seed, Delay: m.Match.Delay.Seconds(), LeftOut: []LeftOut{},
	}
	var points []Point
	var baseline Competitor
	for _, other := range m.Competitors {
		if other.Program.Name == own {
			baseline = other // they are sorted by m, this program first
		}
		if other.Failed != nil {
			reason := strings.ReplaceAll(other.Failed.Error(), "\n", "; ")
			c.LeftOut = append(c.LeftOut, LeftOut{other.Program.Name, other.Requests, reason})
			continue
		}
		p := c.programReport(other, baseline)
		c.Programs = append(c.Programs, p)
		points = append(points, Point{Mode: Mode{Kind: Kind(p.Program), Requests: p.MaxRequests}, Seconds: p.Walls})
	}
	for _, name := range absent {
		c.LeftOut = append(c.LeftOut, LeftOut{Program: name, Reason: "not installed"})
	}
	c.curves = curvesOf(points)
	return c
}

func (c *Contest) programReport(other, baseline Competitor) ProgramReport {
	wall, cpu, memory := other.columns()
	ownWall, ownCPU, ownMemory := baseline.columns()
	p := ProgramReport{
		Program: other.Program.Name, MaxRequests: other.Requests, Walls: wall,
		WallRatio: Ratio(wall, ownWall), CPURatio: Ratio(cpu, ownCPU),
		Wall: NewEstimate(wall), CPU: NewEstimate(cpu),
	}
	if memory[0] > 0 {
		p.Memory, p.MemoryRatio = new(NewEstimate(memory)), new(Ratio(memory, ownMemory))
	}
	if c.Delay > 0 {
		p.OfIdeal = new(p.Wall.scaled(1 / (rounds(c.Files, other.Requests) * c.Delay)))
	}
	return p
}

// columns are a competitor's costs as numbers.
func (c Competitor) columns() (wall, cpu, memory []float64) {
	for _, cost := range c.Costs {
		wall = append(wall, cost.Wall.Seconds())
		// A clock that ticks coarsely can show none at all.
		cpu = append(cpu, max(cost.CPU.Seconds(), 1e-6))
		memory = append(memory, float64(cost.Memory))
	}
	return wall, cpu, memory
}

// Judge makes a report of at least one whole round of programs. Absent are
// the names of peers that are not installed.
func Judge(c *Competed, absent []string) *Report { return judge(c, absent).report() }
