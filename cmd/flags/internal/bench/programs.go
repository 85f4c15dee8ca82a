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

	"getflags/cmd/flags/internal/process"
	"getflags/flags"
)

// Programs is a [Subject]: this program and its peers, each run a process of
// its own. What this program brings in a first run that does not count is what
// all have to bring; a peer that does not is left out.
type Programs struct {
	Site     flags.Site
	Codes    []flags.Code  // those that the site lacks are asked of nobody
	Path     string        // of this program's executable
	Timeout  time.Duration // of this program
	Peers    []Program
	Absent   []string // peers that are not installed
	Requests []int    // each m
	// Delay is what the site takes for each answer, 0 where nobody knows.
	Delay time.Duration
	Now   func() time.Time // the clock

	lists string // directory of the programs' lists
	files []wanted
	want  content
}

// Modes are the programs at each m, this one first.
func (p *Programs) Modes() (all []Mode) {
	for _, m := range p.Requests {
		for _, program := range p.all() {
			all = append(all, p.mode(program, m))
		}
	}
	return all
}

// Names are those of the programs, this one's first.
func (p *Programs) Names() (all []string) {
	for _, program := range p.all() {
		all = append(all, program.Name)
	}
	return all
}

func (p *Programs) all() []Program {
	return append([]Program{ours(p.Path, p.Site, p.Timeout)}, p.Peers...)
}

func (p *Programs) mode(program Program, m int) Mode {
	return Mode{
		Name: program.Name, Way: program.Name, Requests: m, Optional: program.Name != own, Steps: 1,
		Ideal: func(w Work) float64 { return w.waits(m) },
		Run: func(ctx context.Context, dir string, step func()) (Sample, error) {
			step()
			return p.run(ctx, program, m, dir)
		},
	}
}

// prepare finds out what there is, and writes the programs' lists of it.
func (p *Programs) prepare(ctx context.Context, s *scratch) (err error) {
	if p.lists, err = s.next(); err != nil {
		return err
	}
	if err := s.use(func(dir string) error { return p.findFiles(ctx, dir) }); err != nil {
		return err
	}
	for _, program := range p.all() {
		if program.list == nil {
			continue
		}
		if err := os.WriteFile(p.listOf(program), []byte(program.list(p.files)), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// findFiles fetches all there is, and notes it.
func (p *Programs) findFiles(ctx context.Context, dir string) error {
	var all []wanted
	for _, c := range p.Codes {
		all = append(all, wanted{p.Site.ImageURL(c), c.Lower() + ".gif"})
	}
	self := p.all()[0]
	if _, err := process.Run(ctx, p.Now, dir, self.Path, self.args(5, "", all)); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return fmt.Errorf("fetching the flags once: %w", err)
	}
	found, err := readContent(dir)
	p.want = found
	for _, name := range found.names() {
		p.files = append(p.files, wanted{p.urlOf(name), name})
	}
	return err
}

// urlOf is where a file comes from that this program has saved.
func (p *Programs) urlOf(name string) string {
	code := flags.Code(strings.ToUpper(strings.TrimSuffix(name, path.Ext(name))))
	if path.Ext(name) == ".json" {
		return p.Site.MetadataURL(code)
	}
	return p.Site.ImageURL(code)
}

func (p *Programs) listOf(program Program) string { return filepath.Join(p.lists, program.Name) }

// run makes one run and checks what it has brought.
func (p *Programs) run(ctx context.Context, program Program, m int, dir string) (Sample, error) {
	if err := program.prepare(dir, p.files); err != nil {
		return Sample{}, err
	}
	cost, err := process.Run(ctx, p.Now, dir, program.Path, program.args(m, p.listOf(program), p.files))
	found, readErr := readContent(dir)
	if readErr != nil {
		return Sample{}, readErr
	}
	return Sample{Cost: cost}, errors.Join(err, program.check(found, p.files, p.want))
}
