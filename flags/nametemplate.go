package flags

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// A NameTemplate is a slash-separated path below the output directory. In it,
// {cc} and {CC} stand for the code in lower and upper case, {country} for the
// country's name as a safe file name, or for the code if there is no name, and
// {ext} for the extension of the picture, such as gif. An empty template means
// "{country}.{ext}".
type NameTemplate string

func (t NameTemplate) orDefault() NameTemplate {
	if t == "" {
		return "{country}.{ext}"
	}
	return t
}

// ParseNameTemplate checks a template: the names of flags must differ and stay
// inside the directory. Its error says what is valid.
func ParseNameTemplate(s string) (NameTemplate, error) {
	t := NameTemplate(s)
	refuse := func(reason string) (NameTemplate, error) {
		return "", fmt.Errorf("name template %q %s", s, reason)
	}
	sample := t.stem("BR", "Brazil", ".gif") + t.suffix(".gif")
	switch {
	case strings.ContainsAny(sample, "{}"):
		return refuse("has unknown braces: want only {cc}, {CC}, {country} or {ext}")
	case !t.hasCode() && !t.hasCountry():
		return refuse("gives all flags the same name: want {cc}, {CC} or {country} in it")
	case !fs.ValidPath(sample) || !filepath.IsLocal(filepath.FromSlash(sample)) || strings.ContainsFunc(sample, unsafeInPath):
		return refuse("is not a path below the output directory: want one such as {cc}/{country}.{ext}")
	}
	return t, nil
}

// unsafeInPath reports whether r has a special meaning on some file system.
func unsafeInPath(r rune) bool {
	return r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r)
}

func (t NameTemplate) hasCountry() bool { return strings.Contains(string(t), "{country}") }

// hasCode reports whether names contain the code, and so always differ.
func (t NameTemplate) hasCode() bool {
	return strings.Contains(string(t), "{cc}") || strings.Contains(string(t), "{CC}")
}

// stem returns the name without the extension, if the template ends in one.
func (t NameTemplate) stem(c Code, country, ext string) string {
	stem := strings.TrimSuffix(string(t), ".{ext}")
	stem = strings.ReplaceAll(stem, "{cc}", c.Lower())
	stem = strings.ReplaceAll(stem, "{CC}", string(c))
	stem = strings.ReplaceAll(stem, "{ext}", strings.TrimPrefix(ext, "."))
	// Last, because the name is foreign text and may contain braces.
	return strings.ReplaceAll(stem, "{country}", country)
}

// suffix returns what follows the stem.
func (t NameTemplate) suffix(ext string) string {
	if strings.HasSuffix(string(t), ".{ext}") {
		return ext
	}
	return ""
}
