package flags

import (
	"strings"
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
