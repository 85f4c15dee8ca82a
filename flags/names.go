package flags

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"getflags/downloader"
)

// names gives each code of a run a file name of its own, that depends on the
// codes and the site alone: of those with one country name the code that sorts
// first has it, and each other has its code behind it. Whose answer came first
// does not matter: one that has a name already gives way to one that sorts
// before it, and its files are renamed. It is safe for concurrent use.
//
// A code that has to give way takes its next candidate, for which it may in
// turn displace one that sorts after it. Candidates once lost are never taken
// again, so what comes of it is the same in whatever order the codes come:
// each has the first candidate that none before it has.
type names struct {
	template NameTemplate
	free     bool // the template's names differ without our help
	store    downloader.Store
	// displacing is held by a claim that has others renamed: one at a time.
	displacing chan struct{}

	mu      sync.Mutex
	taken   map[string]*claim // by name as the least discerning file system sees it
	renamed []*claim          // of earlier runs, of which nobody was told yet
}

// A claim is a code's to a name.
type claim struct {
	code    Code
	country string
	safe    string // the first candidate
	rank    int    // of the candidate that it has
	ext     string // of the image, with its dot
	// hasMetadata says that metadata were saved beside the image.
	hasMetadata bool
	// inPlace is closed when the files are in place or, if failed, never will
	// be.
	inPlace chan struct{}
	failed  bool
	kept    *Kept // of an earlier run, or nil
}

func newNames(job Job, store downloader.Store) *names {
	n := &names{template: job.Name.orDefault(), store: store, displacing: make(chan struct{}, 1), taken: map[string]*claim{}}
	n.free = n.template.hasCode() || job.NoMetadata || job.Names == nil && !job.Site.HasMetadata()
	return n
}

// newClaim is the claim of a code to its country's name, or to the code where
// that is not known.
func newClaim(c Code, country string) *claim {
	safe := fileStem(country)
	if country == "" {
		safe = string(c)
	}
	return &claim{code: c, country: country, safe: safe, inPlace: make(chan struct{})}
}

// candidate is what a code's files may be called if all before it are taken.
func (c *claim) candidate(rank int) string {
	return c.safe + strings.Repeat("_("+string(c.code)+")", rank)
}

// files are the names of a code's files under a candidate.
func (n *names) files(c *claim, rank int) (image, metadata string) {
	stem := n.template.stem(c.code, c.candidate(rank), c.ext)
	return stem + n.template.suffix(c.ext), stem + ".json"
}

// key is the same for names that some file system takes for one: some do not
// know upper from lower case, or one spelling of an accent from another, or
// pass over what is not seen.
func key(name string) string {
	if isASCII(name) {
		return strings.ToLower(name)
	}
	seen := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, name)
	return norm.NFD.String(folding().Replace(strings.ToLower(norm.NFD.String(strings.ToUpper(seen)))))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// folding makes of letters what the full case folding of Unicode makes of them,
// where it is not the small letter of the capital (The Unicode Standard,
// section 5.18; CaseFolding.txt) and they have no decomposition. Package cases
// would do it, but takes longer to initialise than to be used.
//
//nolint:gochecknoglobals // a table, never written
var folding = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		"ß", "ss", "ŉ", "ʼn", "և", "եւ", "ẚ", "aʾ", "\u0345", "ι",
		"ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st",
		"ﬓ", "մն", "ﬔ", "մե", "ﬕ", "մի", "ﬖ", "վն", "ﬗ", "մխ")
})

// take gives c a name, has those renamed who give way to it, and returns its
// rank. That may grow as soon as c.inPlace is closed, as then c may have to give
// way itself. An error says that somebody could not; c has no name then.
func (n *names) take(ctx context.Context, c *claim) (rank int, err error) {
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
		if err := n.rename(ctx, m); err != nil {
			n.undo(moves[:i+1])
			image, _ := n.files(c, rank)
			return 0, &downloader.FileError{Name: image, Err: err}
		}
	}
	return rank, nil
}

// takeFree is take if nobody has to give way, and reports whether it is so.
func (n *names) takeFree(c *claim) (rank int, ok bool) {
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

// A move is of a claim from one candidate to a later one.
type move struct {
	*claim
	from, to int
}

// seat gives c its name, and those who give way theirs, and returns these,
// each but the last going where the next was. The lock is held.
func (n *names) seat(c *claim) (moves []move) {
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
func (n *names) undo(moves []move) {
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
func (n *names) first(c *claim) string {
	if owner := n.taken[key(c.safe)]; owner != nil {
		return string(owner.code)
	}
	return "another"
}

// note is what the user should know of a name, or "".
func (n *names) note(c *claim) string {
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
func (n *names) image(c *claim) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	image, _ := n.files(c, c.rank)
	return image
}
