package flags

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"getflags/internal/visible"
)

// maxStem is the greatest length of a name before its extension, in bytes. File
// systems allow 255 in all; a code in brackets and an extension must fit too.
const maxStem = 200

// fileStem turns a country's name into a file name without its extension. Spaces
// become underscores, as in the book. So do characters that a file system or a
// reader could misunderstand: separators, the characters that Windows reserves,
// invisible ones (see package visible), and leading dots. A long name is cut.
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
	// After the cut, because a joiner at the new end joins nothing.
	return visible.Replace(cut(stem, maxStem), '_')
}

// isDevice reports whether a name means a device on Windows, whatever its
// extension (Win32, "Naming Files, Paths, and Namespaces"). Windows counts the
// superscripts of Latin-1 as digits.
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

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
