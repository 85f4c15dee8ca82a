package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/ui"
	"getflags/internal/visible"
)

func (p *Programs) report(m *Measured) *Report { return p.judge(m).report() }

// report is the contest as it is told: ratios before costs.
func (c *Contest) report() *Report {
	size := fmt.Sprintf("%s, %s", ui.Plural(c.Files, "file"), figures.Bytes(c.Bytes))
	r := &Report{
		summary: fmt.Sprintf("%s, fetched by whole processes; %s", size, roundsOf(c.Rounds)),
		machine: c.Machine, title: size + ", by whole processes", series: seriesOf(c.curves, true), object: c,
		sections: []section{{c.ratios(), ""}, {c.costs(), c.notes()}},
	}
	for _, p := range c.Programs {
		r.records = append(r.records, p.record())
	}
	return r
}

// ratios is the table of what the programs take, as multiples of what this
// one does.
func (c *Contest) ratios() table {
	t := table{left: 1, head: [][]string{
		{"", "", "times as", "times the", "times the"},
		{"program", "m", "long as flags", "CPU of flags", "memory of flags"},
	}}
	for _, p := range c.Programs {
		row := []string{p.Program, strconv.Itoa(p.MaxRequests)}
		for _, ratio := range p.ratios() {
			if p.Program == own {
				row = append(row, "1")
				continue
			}
			row = append(row, ratioCell(ratio))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (p ProgramReport) ratios() []*figures.Estimate {
	return []*figures.Estimate{&p.WallRatio, &p.CPURatio, p.MemoryRatio}
}

// costs is the table of what they take.
func (c *Contest) costs() table {
	var walls, cpus []float64
	for _, p := range c.Programs {
		walls, cpus = append(walls, p.Wall.Median), append(cpus, p.CPU.Median)
	}
	wall, cpu := figures.UnitFor(walls...), figures.UnitFor(cpus...)
	t := table{left: 1, head: [][]string{{"program", "m", "time, " + wall.Name, "CPU, " + cpu.Name, "memory, MB"}}}
	if c.Delay > 0 {
		t.head[0] = append(t.head[0], "time/ideal")
	}
	for _, p := range c.Programs {
		row := []string{p.Program, strconv.Itoa(p.MaxRequests),
			p.Wall.Scaled(wall.Per).String(), p.CPU.Scaled(cpu.Per).String(), "?"}
		if p.Memory != nil {
			row[4] = p.Memory.Scaled(1e-6).String()
		}
		if p.OfIdeal != nil {
			row = append(row, p.OfIdeal.String())
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// notes explain signs, where they were used, and name who is left out.
func (c *Contest) notes() string {
	var b strings.Builder
	if slices.ContainsFunc(c.Programs, ProgramReport.byChance) {
		b.WriteString(chanceNote)
	}
	if c.Delay > 0 {
		fmt.Fprintf(&b, "The ideal time is ceil(%d/m) × %s: that of the server's delays alone.\n", c.Files, figures.Time(c.Delay))
	}
	for _, l := range c.LeftOut {
		name := l.Program
		if l.MaxRequests > 0 {
			name = fmt.Sprintf("%s at m = %d", l.Program, l.MaxRequests)
		}
		fmt.Fprintf(&b, "%s is left out: %s.\n", name, visible.Text(l.Reason))
	}
	return b.String()
}

// byChance reports whether a ratio of a program's may be 1 by chance.
func (p ProgramReport) byChance() bool {
	return p.Program != own && slices.ContainsFunc(p.ratios(), (*figures.Estimate).ByChance)
}

// record is the program's line of CSV.
func (p ProgramReport) record() record {
	return record{
		{"program", p.Program}, {"max_requests", p.MaxRequests}, {"rounds", len(p.Walls)},
		{"wall_ratio", &p.WallRatio}, {"cpu_ratio", &p.CPURatio}, {"memory_ratio", p.MemoryRatio},
		{"wall", &p.Wall}, {"cpu", &p.CPU}, {"memory", p.Memory}, {"times_ideal", p.OfIdeal},
	}
}
