package flags

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

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
func (c *claim) files(t NameTemplate, rank int) (image, metadata string) {
	stem := t.stem(c.code, c.candidate(rank), c.ext)
	return stem + t.suffix(c.ext), stem + ".json"
}

// A move is of a claim from one candidate to a later one.
type move struct {
	*claim
	from, to int
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
