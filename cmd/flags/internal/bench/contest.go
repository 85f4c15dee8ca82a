package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"getflags/internal/visible"
)

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
}

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

// Judge makes a contest of at least one whole round. Absent are the names of
// peers that are not installed.
func Judge(c *Competed, absent []string) *Contest {
	r := &Contest{
		Site: c.Match.Site.URL(), Machine: ThisMachine(), Files: c.Files, Bytes: c.Bytes, Missing: c.Missing,
		Rounds: c.Rounds(), Warmup: c.Match.Warmup, Seed: c.Match.Seed, Delay: c.Match.Delay.Seconds(), LeftOut: []LeftOut{},
	}
	var own Competitor
	for _, other := range c.Competitors {
		if other.Program.Name == "flags" {
			own = other // they are sorted by m, this program first
		}
		if other.Failed != nil {
			reason := strings.ReplaceAll(other.Failed.Error(), "\n", "; ")
			r.LeftOut = append(r.LeftOut, LeftOut{other.Program.Name, other.Requests, reason})
			continue
		}
		p := judge(other, own)
		if c.Match.Delay > 0 {
			p.OfIdeal = new(p.Wall.scaled(1 / (rounds(c.Files, other.Requests) * r.Delay)))
		}
		r.Programs = append(r.Programs, p)
	}
	for _, name := range absent {
		r.LeftOut = append(r.LeftOut, LeftOut{Program: name, Reason: "not installed"})
	}
	return r
}

func judge(c, own Competitor) ProgramReport {
	wall, cpu, memory := c.columns()
	ownWall, ownCPU, ownMemory := own.columns()
	p := ProgramReport{
		Program: c.Program.Name, MaxRequests: c.Requests, Walls: wall,
		WallRatio: Ratio(wall, ownWall), CPURatio: Ratio(cpu, ownCPU),
		Wall: NewEstimate(wall), CPU: NewEstimate(cpu),
	}
	if memory[0] > 0 {
		p.Memory, p.MemoryRatio = new(NewEstimate(memory)), new(Ratio(memory, ownMemory))
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

// Text is the contest for a terminal of 80 columns.
func (r *Contest) Text() string {
	parts := []string{r.summary() + "\n\n" + r.ratios().text(), r.costs().text()}
	if notes := r.notes(); notes != "" {
		parts = append(parts, wrap(notes, 78))
	}
	if chart := chart(r.lines()); chart != "" {
		parts = append(parts, chart)
	}
	return strings.Join(parts, "\n")
}

// Markdown is the contest for a page.
func (r *Contest) Markdown() string {
	text := fmt.Sprintf("%s. %v.\n\n%s\n%s", r.summary(), r.Machine, r.ratios().markdown(), r.costs().markdown())
	if notes := r.notes(); notes != "" {
		text += "\n" + notes
	}
	return text
}

func (r *Contest) summary() string {
	text := fmt.Sprintf("%s, %s, fetched by whole processes; %s", plural(r.Files, "file"), bytesOf(r.Bytes), plural(r.Rounds, "round"))
	if r.Rounds < MinRuns {
		text += fmt.Sprintf(" (an interval takes at least %d)", MinRuns)
	}
	return text
}

// ratios is the table of what the programs take, as multiples of what this
// one does.
func (r *Contest) ratios() table {
	t := table{left: 1, head: [][]string{
		{"", "", "times as", "times the", "times the"},
		{"program", "m", "long as flags", "CPU of flags", "memory of flags"},
	}}
	for _, p := range r.Programs {
		t.rows = append(t.rows, []string{p.Program, strconv.Itoa(p.MaxRequests),
			p.ratioCell(&p.WallRatio), p.ratioCell(&p.CPURatio), p.ratioCell(p.MemoryRatio)})
	}
	return t
}

// costs is the table of what they take.
func (r *Contest) costs() table {
	var walls, cpus []float64
	for _, p := range r.Programs {
		walls, cpus = append(walls, p.Wall.Median), append(cpus, p.CPU.Median)
	}
	wall, cpu := unitFor(walls...), unitFor(cpus...)
	t := table{left: 1, head: [][]string{{"program", "m", "time, " + wall.name, "CPU, " + cpu.name, "memory, MB"}}}
	if r.Delay > 0 {
		t.head[0] = append(t.head[0], "time/ideal")
	}
	for _, p := range r.Programs {
		row := []string{p.Program, strconv.Itoa(p.MaxRequests),
			p.Wall.scaled(wall.per).String(), p.CPU.scaled(cpu.per).String(), cell(p.Memory, 1e-6)}
		if p.OfIdeal != nil {
			row = append(row, p.OfIdeal.String())
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// cell is an estimate in another unit, or a sign that there is none.
func cell(e *Estimate, scale float64) string {
	if e == nil {
		return "?"
	}
	return e.scaled(scale).String()
}

func (p ProgramReport) ratioCell(e *Estimate) string {
	switch {
	case p.Program == "flags":
		return "1"
	case e.byChance():
		return "~ " + e.String()
	}
	return cell(e, 1)
}

// byChance reports whether a ratio, if it is there, may be 1.
func (e *Estimate) byChance() bool { return e != nil && e.Known() && !e.Differs(1) }

// notes explain signs, where they were used, and name who is left out.
func (r *Contest) notes() string {
	var b strings.Builder
	chance := slices.ContainsFunc(r.Programs, func(p ProgramReport) bool {
		return p.Program != "flags" && (p.WallRatio.byChance() || p.CPURatio.byChance() || p.MemoryRatio.byChance())
	})
	if chance {
		b.WriteString("~ no difference that these rounds could tell from chance.\n")
	}
	if r.Delay > 0 {
		fmt.Fprintf(&b, "The ideal time is ceil(%d/m) × %s: that of the server's delays alone.\n", r.Files, plainTime(r.Delay))
	}
	for _, l := range r.LeftOut {
		fmt.Fprintf(&b, "%s is left out: %s.\n", l.name(), visible.Text(l.Reason))
	}
	return b.String()
}

func (l LeftOut) name() string {
	if l.MaxRequests == 0 {
		return l.Program
	}
	return fmt.Sprintf("%s at m = %d", l.Program, l.MaxRequests)
}

// lines are the programs' times against m.
func (r *Contest) lines() (all []line) {
	at := map[string]int{}
	for _, p := range r.Programs {
		i, ok := at[p.Program]
		if !ok {
			i = len(all)
			at[p.Program] = i
			all = append(all, line{name: p.Program})
		}
		all[i].add(p.MaxRequests, p.Wall)
	}
	var drawn []line
	for _, l := range slices.Backward(all) { // this program last, on top
		if len(l.m) > 1 {
			drawn = append(drawn, l)
		}
	}
	return drawn
}

// Plot draws time against m, a line for each program.
func (r *Contest) Plot(format string) ([]byte, error) {
	title := fmt.Sprintf("%s, %s, by whole processes", plural(r.Files, "file"), bytesOf(r.Bytes))
	return drawPlot(format, title, r.lines())
}

// JSON is the contest as an object, indented, with a line's end.
func (r *Contest) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	return append(visible.JSON(data), '\n'), err
}

// CSV is a line per program and m, under a line of names. What is not known
// is empty.
func (r *Contest) CSV() ([]byte, error) {
	rows := [][]string{{"program", "max_requests", "rounds",
		"wall_ratio", "wall_ratio_low", "wall_ratio_high", "cpu_ratio", "cpu_ratio_low", "cpu_ratio_high",
		"memory_ratio", "memory_ratio_low", "memory_ratio_high",
		"wall", "wall_low", "wall_high", "cpu", "cpu_low", "cpu_high", "memory", "memory_low", "memory_high",
		"times_ideal", "times_ideal_low", "times_ideal_high"}}
	for _, p := range r.Programs {
		row := []string{p.Program, strconv.Itoa(p.MaxRequests), strconv.Itoa(len(p.Walls))}
		for _, e := range []*Estimate{&p.WallRatio, &p.CPURatio, p.MemoryRatio, &p.Wall, &p.CPU, p.Memory, p.OfIdeal} {
			if e == nil {
				row = append(row, "", "", "")
				continue
			}
			row = append(row, e.fields()...)
		}
		rows = append(rows, row)
	}
	return encodeCSV(rows)
}
