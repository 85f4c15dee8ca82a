package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"getflags/flags"
)

// A Match says what [Compete] compares.
type Match struct {
	Site     flags.Site
	Codes    []flags.Code  // those that the site lacks are asked of nobody
	Path     string        // of this program's executable
	Timeout  time.Duration // of this program
	Peers    []Program
	Requests []int // each m
	// Delay is what the site takes for each answer, 0 where nobody knows.
	Delay time.Duration

	Warmup, Runs int
	Seed         uint64
	Dir          string // where runs get their directories

	Now      func() time.Time
	Progress func(program string, m, round int)
}

// A Competitor is a program at one m, and the costs of its runs.
type Competitor struct {
	Program  Program
	Requests int
	Costs    []Cost // by round
	// Failed is why it is left out, nil if it is not.
	Failed error
}

// Competed is what came of a Match.
type Competed struct {
	Match       Match
	Competitors []Competitor // by m, and then this program first
	Files       int
	Bytes       int64
	Missing     int // codes that the site lacks
}

// Rounds is how many whole rounds there were.
func (c *Competed) Rounds() int {
	if c == nil || len(c.Competitors) == 0 {
		return 0
	}
	return len(c.Competitors[0].Costs)
}

// match is one under way.
type match struct {
	Match
	scratch *scratch
	lists   string // directory of the programs' lists
	files   []wanted
	want    content
	all     []Competitor
	round   []Cost
}

// Compete lets this program and its peers fetch the same files in turn, each
// run a process of its own in a directory of its own. What this program
// brings in a first run that does not count is what all have to bring; one
// that does not is left out, unless it is this program, whose failure is that
// of Compete.
func Compete(ctx context.Context, config Match) (c *Competed, err error) {
	m := &match{Match: config}
	if m.scratch, err = newScratch(config.Dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.scratch.remove()) }()
	if m.lists, err = m.scratch.next(); err != nil {
		return nil, err
	}
	self := ours(m.Path, m.Site, m.Timeout)
	if err := m.reconnoitre(ctx, self); err != nil {
		return nil, err
	}
	programs := append([]Program{self}, m.Peers...)
	if err := m.writeLists(programs); err != nil {
		return nil, err
	}
	for _, requests := range m.Requests {
		for _, p := range programs {
			m.all = append(m.all, Competitor{Program: p, Requests: requests})
		}
	}
	m.round = make([]Cost, len(m.all))
	err = m.rounds(ctx)
	return m.competed(), err
}

// reconnoitre fetches all there is.
func (m *match) reconnoitre(ctx context.Context, self Program) error {
	dir, err := m.scratch.next()
	if err != nil {
		return err
	}
	var all []wanted
	for _, c := range m.Codes {
		all = append(all, wanted{m.Site.ImageURL(c), c.Lower() + ".gif"})
	}
	if _, err := self.run(ctx, m.Now, dir, self.args(5, "", all)); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return fmt.Errorf("fetching the flags once: %w", err)
	}
	if m.want, err = readContent(dir); err != nil {
		return err
	}
	for _, name := range m.want.names() {
		m.files = append(m.files, wanted{m.urlOf(name), name})
	}
	return m.scratch.done(dir)
}

// urlOf is where a file comes from that this program has saved.
func (m *match) urlOf(name string) string {
	code := flags.Code(strings.ToUpper(strings.TrimSuffix(name, path.Ext(name))))
	if path.Ext(name) == ".json" {
		return m.Site.MetadataURL(code)
	}
	return m.Site.ImageURL(code)
}

func (m *match) writeLists(programs []Program) error {
	for _, p := range programs {
		if p.list == nil {
			continue
		}
		if err := os.WriteFile(m.listOf(p), []byte(p.list(m.files)), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func (m *match) listOf(p Program) string { return filepath.Join(m.lists, p.Name) }

func (m *match) rounds(ctx context.Context) error {
	for t := range schedule(len(m.all), m.Warmup, m.Runs, m.Seed) {
		c := &m.all[t.who]
		if c.Failed == nil {
			m.Progress(c.Program.Name, c.Requests, t.round)
			cost, err := m.turn(ctx, c)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil && c.Program.Name == "flags" {
				return fmt.Errorf("flags -m %d, %s: %w", c.Requests, roundName(t.round), err)
			}
			m.round[t.who], c.Failed = cost, err
		}
		if t.finish && t.round >= 0 {
			m.count()
		}
	}
	return nil
}

// turn makes one run and checks what it has brought.
func (m *match) turn(ctx context.Context, c *Competitor) (cost Cost, err error) {
	dir, err := m.scratch.next()
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, m.scratch.done(dir)) }()
	if err := c.Program.prepare(dir, m.files); err != nil {
		return cost, err
	}
	cost, err = c.Program.run(ctx, m.Now, dir, c.Program.args(c.Requests, m.listOf(c.Program), m.files))
	found, readErr := readContent(dir)
	if readErr != nil {
		return cost, readErr
	}
	return cost, errors.Join(err, c.Program.check(found, m.files, m.want))
}

func (m *match) count() {
	for i := range m.all {
		m.all[i].Costs = append(m.all[i].Costs, m.round[i])
	}
}

func (m *match) competed() *Competed {
	c := &Competed{Match: m.Match, Competitors: m.all, Files: len(m.files), Bytes: m.want.bytes()}
	c.Missing = len(m.Codes) - len(codesOf(m.files))
	return c
}
