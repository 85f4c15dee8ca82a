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

// A namer gives each code of a run a file name of its own, that depends on the
// codes and the site alone: of those with one country name the code that sorts
// first has it, and each other has its code behind it. Whose answer came first
// does not matter: one that has a name already gives way to one that sorts
// before it, and its files are renamed. It is safe for concurrent use.
//
// A code that has to give way takes its next candidate, for which it may in
// turn displace one that sorts after it. Candidates once lost are never taken
// again, so what comes of it is the same in whatever order the codes come:
// each has the first candidate that none before it has.
type namer struct {
	template NameTemplate
	free     bool // the template's names differ without our help
	store    downloader.Store
	// displacing is held by a claim that has others renamed: one at a time.
	displacing chan struct{}

	mu      sync.Mutex
	taken   map[string]*claim // by name as the least discerning file system sees it
	renamed []*claim          // of earlier runs, of which nobody was told yet
}

func newNamer(job Job, store downloader.Store) *namer {
	n := &namer{template: job.Name.orDefault(), store: store, displacing: make(chan struct{}, 1), taken: map[string]*claim{}}
	n.free = n.template.hasCode() || job.NoMetadata || job.Names == nil && !job.Site.HasMetadata()
	return n
}

// keep notes the names of flags that earlier runs have saved.
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

// take gives c a name, has those renamed who give way to it, and returns its
// rank. That may grow as soon as c.inPlace is closed, as then c may have to give
// way itself. An error says that somebody could not; c has no name then.
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
	for i, m := range slices.Backward(moves) { // the last has a free name to go to
		if err := n.moveFiles(ctx, m); err != nil {
			n.undo(moves[:i+1])
			image, _ := c.files(n.template, rank)
			return 0, &downloader.FileError{Name: image, Err: err}
		}
	}
	return rank, nil
}

// moveFiles gives the files of a claim the names of a later candidate, and notes
// it if they are of an earlier run.
func (n *namer) moveFiles(ctx context.Context, m move) error {
	renamed, err := m.rename(ctx, n.store, n.template)
	if renamed && m.kept != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.renamed = append(n.renamed, m.claim)
	}
	return err
}

// takeFree is take if nobody has to give way, and reports whether it is so.
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

// seat gives c its name, and those who give way theirs, and returns these,
// each but the last going where the next was. The lock is held.
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

// undo gives claims that were not renamed their names back.
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

// first is who has the name that c would have alone. If a claim could not have
// its name after all, that may be nobody any more. The lock is held.
func (n *namer) first(c *claim) string {
	if owner := n.taken[key(c.safe)]; owner != nil {
		return string(owner.code)
	}
	return "another"
}

// note is what the user should know of a name, or "".
func (n *namer) note(c *claim) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	stem := n.template.stem(c.code, c.candidate(c.rank), c.ext)
	odd := c.country != "" && c.safe != strings.ReplaceAll(norm.NFC.String(c.country), " ", "_")
	switch {
	case c.rank > 0:
		return fmt.Sprintf("country name %q is that of %s too; saved as %q", cut(c.country, 80), n.first(c), stem)
	case odd && n.template.hasCountry():
		return fmt.Sprintf("country name %q is no file name; saved as %q", cut(c.country, 80), stem)
	}
	return ""
}

// image is what a code's image is called now.
func (n *namer) image(c *claim) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	image, _ := c.files(n.template, c.rank)
	return image
}

// takeRenamed returns a result for each flag of an earlier run that has got
// another name since this was last asked.
func (n *namer) takeRenamed() []Result {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Result
	for _, c := range n.renamed {
		image, _ := c.files(n.template, c.rank)
		all = append(all, Result{Code: c.code, Status: Renamed, Country: c.country, File: image, SHA256: c.kept.SHA256,
			Note: fmt.Sprintf("country name %q is that of %s too; renamed to %q", cut(c.country, 80), n.first(c), image)})
	}
	n.renamed = nil
	return all
}
