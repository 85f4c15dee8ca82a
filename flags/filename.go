package flags

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"getflags/internal/visible"
)

// maxStem is the most bytes of a file name before its extension. File systems
// allow 255 for the whole; a code in brackets and an extension have to fit.
const maxStem = 200

// fileStem makes a country's name into the part of a file name before the
// extension. Spaces become underscores, as in the book; so does whatever a
// file system, or a person reading a listing, could take for something else:
// separators, the characters Windows reserves, all that is not seen (see
// package visible), dots in front. What is too long is cut.
func fileStem(country string) string {
	stem := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune(`/\:*?"<>|`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(country, "_")))
	bare := strings.TrimLeft(stem, ".")
	stem = strings.Repeat("_", len(stem)-len(bare)) + bare
	if isDevice(stem) {
		stem = "_" + stem
	}
	// The last, as a joiner that the cut leaves at the end joins nothing.
	return visible.Replace(cut(stem, maxStem), '_')
}

// isDevice reports whether Windows would take a name for a device, whatever
// its extension (Win32, "Naming Files, Paths, and Namespaces"). To it the
// superscripts of Latin-1 are digits.
func isDevice(stem string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, isPort := strings.CutPrefix(name, "COM")
	if !isPort {
		port, isPort = strings.CutPrefix(name, "LPT")
	}
	number, rest := utf8.DecodeRuneInString(port)
	return isPort && rest == len(port) && strings.ContainsRune("0123456789¹²³", number)
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// names gives each code of a run a file name of its own. It is safe for
// concurrent use.
type names struct {
	template NameTemplate
	mu       sync.Mutex
	taken    map[string]Code // by the name as a file system without case sees it
}

func newNames(t NameTemplate) *names {
	return &names{template: t.orDefault(), taken: map[string]Code{}}
}

// claimed is what a code's files are called, and a note where that is not
// what one would expect.
type claimed struct{ image, metadata, note string }

// claim returns the names of a code's files: those that the template says for
// the country, made safe, or with the code behind them where another code of
// the run has them already. Without a country's name the code stands for it;
// ext is the image's extension, with its dot.
func (n *names) claim(c Code, country, ext string) claimed {
	safe := fileStem(country)
	if country == "" {
		safe = string(c)
	}
	odd := country != "" && safe != strings.ReplaceAll(norm.NFC.String(country), " ", "_")
	stem := n.template.stem(c, safe, ext)
	var note string
	if odd && n.template.hasCountry() {
		note = fmt.Sprintf("country name %q is no file name; saved as %q", cut(country, 80), stem)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	first := n.taken[strings.ToLower(stem)]
	for owner := first; owner != "" && owner != c; owner = n.taken[strings.ToLower(stem)] {
		stem += "_(" + string(c) + ")"
		note = fmt.Sprintf("country name %q is that of %s too; saved as %q", cut(country, 80), first, stem)
	}
	n.taken[strings.ToLower(stem)] = c
	return claimed{image: stem + n.template.suffix(ext), metadata: stem + ".json", note: note}
}
