package flags

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A claim is the right of a code to a file name.
type claim struct {
	code    Code
	country string
	safe    string // the first candidate
	rank    int    // of its current candidate
	ext     string // of the image, with its dot
	// hasMetadata says that metadata is saved beside the image.
	hasMetadata bool
	// inPlace is closed once the files are in place or, if failed is true,
	// once it is known that they never will be.
	inPlace chan struct{}
	failed  bool
	kept    *Kept // of an earlier run, or nil
}

// newClaim returns a claim to the country's name, or to the code if the name
// is not known.
func newClaim(c Code, country string) *claim {
	safe := fileStem(country)
	if country == "" {
		safe = string(c)
	}
	return &claim{code: c, country: country, safe: safe, inPlace: make(chan struct{})}
}

// candidate returns the name to try after rank others were taken.
func (c *claim) candidate(rank int) string {
	return c.safe + strings.Repeat("_("+string(c.code)+")", rank)
}

// files returns the names of a code's files under a candidate.
func (c *claim) files(t NameTemplate, rank int) (image, metadata string) {
	stem := t.stem(c.code, c.candidate(rank), c.ext)
	return stem + t.suffix(c.ext), stem + ".json"
}

// A move takes a claim from one candidate to a later one.
type move struct {
	*claim
	from, to int
}

// key is the same for all names that some file system treats as equal: file
// systems may ignore case, the spelling of accents, or invisible characters.
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

// folding replaces the letters whose full Unicode case folding is not the small
// letter of their capital and that have no decomposition (The Unicode Standard,
// section 5.18; CaseFolding.txt). Package cases could do this, but it takes
// longer to initialise than the folding takes.
//
//nolint:gochecknoglobals // a table, never written
var folding = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		"ß", "ss", "ŉ", "ʼn", "և", "եւ", "ẚ", "aʾ", "\u0345", "ι",
		"ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st",
		"ﬓ", "մն", "ﬔ", "մե", "ﬕ", "մի", "ﬖ", "վն", "ﬗ", "մխ")
})
