package flags

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"getflags/downloader"
)

// A namer gives each code of a run its own file name, which depends only on the
// codes and the site. If codes share a country name, the one that sorts first
// has it, and the others append their code to it. The order of answers does not
// matter: a code that has a name loses it to a code that sorts before it, and
// its files are renamed. A namer is safe for concurrent use.
//
// A code that loses its name takes its next candidate, and may in turn displace
// a code that sorts after it. It never returns to a lost candidate. So the
// names are the same in whatever order the codes arrive: each code has the
// first candidate that no code before it has.
type namer struct {
	template NameTemplate
	free     bool // the names differ without the namer
	store    downloader.Store
	// displacing is held while a claim displaces others: one at a time.
	displacing chan struct{}

	mu      sync.Mutex
	taken   map[string]*claim // by the key of the name
	renamed []*claim          // of earlier runs, not yet reported
}

func newNamer(job Job, store downloader.Store) *namer {
	n := &namer{template: job.Name.orDefault(), store: store, displacing: make(chan struct{}, 1), taken: map[string]*claim{}}
	n.free = n.template.hasCode() || job.NoMetadata || job.Names == nil && !job.Site.HasMetadata()
	return n
}

// keep claims the names of flags that earlier runs saved.
func (n *namer) keep(all []Kept) {
	if n.free {
		return
	}
	for _, k := range all {
		c := newClaim(k.Code, k.Country)
		c.kept, c.ext, c.hasMetadata = &k, path.Ext(k.File), true
		close(c.inPlace)
		for ; len(c.candidate(c.rank)) <= len(k.File); c.rank++ {
			if image, _ := c.files(n.template, c.rank); image == k.File {
				n.taken[key(c.candidate(c.rank))] = c
				break
			}
		}
	}
}

// take gives c a name, renames the claims that it displaces, and returns its
// rank. The rank may grow once c.inPlace is closed, because then c may be
// displaced itself. After an error, because a rename failed, c has no name.
func (n *namer) take(ctx context.Context, c *claim) (rank int, err error) {
	if rank, ok := n.takeFree(c); ok {
		return rank, nil
	}
	select {
	case n.displacing <- struct{}{}:
		defer func() { <-n.displacing }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	n.mu.Lock()
	moves := n.seat(c)
	rank = c.rank
	n.mu.Unlock()
	for i, m := range slices.Backward(moves) { // the last one's new name is free
		if err := n.moveFiles(ctx, m); err != nil {
			n.undo(moves[:i+1])
			image, _ := c.files(n.template, rank)
			return 0, &downloader.FileError{Name: image, Err: err}
		}
	}
	return rank, nil
}

// moveFiles renames the files of a claim to a later candidate, and records the
// claim if it is of an earlier run.
func (n *namer) moveFiles(ctx context.Context, m move) error {
	renamed, err := m.rename(ctx, n.store, n.template)
	if renamed && m.kept != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.renamed = append(n.renamed, m.claim)
	}
	return err
}

// takeFree is take if nobody must be displaced. It reports whether that is so.
func (n *namer) takeFree(c *claim) (rank int, ok bool) {
	if n.free {
		return 0, true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for rank := c.rank; ; rank++ {
		owner := n.taken[key(c.candidate(rank))]
		if owner == nil || owner.code == c.code {
			n.seat(c)
			return rank, true
		}
		if owner.code > c.code {
			return 0, false
		}
	}
}

// seat gives c its name, and each displaced claim its next one. It returns these
// moves: each claim goes to the name that the next one leaves, the last to a
// free name. The lock is held.
func (n *namer) seat(c *claim) (moves []move) {
	for {
		at := key(c.candidate(c.rank))
		owner := n.taken[at]
		switch {
		case owner != nil && owner.code < c.code:
			c.rank++
			continue
		case len(moves) > 0:
			moves[len(moves)-1].to = c.rank
		}
		n.taken[at] = c
		if owner == nil || owner.code == c.code {
			return moves
		}
		moves = append(moves, move{claim: owner, from: owner.rank})
		c = owner
		c.rank++
	}
}

// undo returns their old names to claims whose files were not renamed.
func (n *namer) undo(moves []move) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range moves {
		delete(n.taken, key(m.candidate(m.to)))
	}
	for _, m := range moves {
		m.rank = m.from
		n.taken[key(m.candidate(m.from))] = m.claim
	}
}

// first returns the code that has the name c wanted first, or "another" if that
// claim has been undone. The lock is held.
func (n *namer) first(c *claim) string {
	if owner := n.taken[key(c.safe)]; owner != nil {
		return string(owner.code)
	}
	return "another"
}

// note returns what the user should know about a name, or "".
func (n *namer) note(c *claim) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	stem := n.template.stem(c.code, c.candidate(c.rank), c.ext)
	odd := c.country != "" && c.safe != strings.ReplaceAll(norm.NFC.String(c.country), " ", "_")
	switch {
	case c.rank > 0:
		return fmt.Sprintf("country name %q is also that of %s; saved as %q", cut(c.country, 80), n.first(c), stem)
	case odd && n.template.hasCountry():
		return fmt.Sprintf("country name %q is not a valid file name; saved as %q", cut(c.country, 80), stem)
	}
	return ""
}

// image returns the current file name of a code's image.
func (n *namer) image(c *claim) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	image, _ := c.files(n.template, c.rank)
	return image
}

// drainRenamed returns a result for each flag of an earlier run that was renamed
// since the last call.
func (n *namer) drainRenamed() []Result {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Result
	for _, c := range n.renamed {
		image, _ := c.files(n.template, c.rank)
		all = append(all, Result{Code: c.code, Status: Renamed, Country: c.country, File: image, SHA256: c.kept.SHA256,
			Note: fmt.Sprintf("country name %q is also that of %s; renamed to %q", cut(c.country, 80), n.first(c), image)})
	}
	n.renamed = nil
	return all
}
