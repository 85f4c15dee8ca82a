package flags

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// A NameTemplate says what files are called below the output directory: a
// slash-separated path, in which {cc} and {CC} stand for the code in lower
// and upper case, {country} for the country's name, made safe, or the code
// where there is none, and {ext} for the extension of the picture, such as
// gif. Empty, it is "{country}.{ext}".
type NameTemplate string

func (t NameTemplate) orDefault() NameTemplate {
	if t == "" {
		return "{country}.{ext}"
	}
	return t
}

// ParseNameTemplate checks a template. Its error says what was wanted: names
// have to be different for each flag, and to stay inside the directory.
func ParseNameTemplate(s string) (NameTemplate, error) {
	t := NameTemplate(s)
	refuse := func(reason string) (NameTemplate, error) {
		return "", fmt.Errorf("name template %q %s", s, reason)
	}
	sample := t.stem("BR", "Brazil", ".gif") + t.suffix(".gif")
	switch {
	case strings.ContainsAny(sample, "{}"):
		return refuse("has braces that mean nothing: want {cc}, {CC}, {country} or {ext}")
	case !t.hasCode() && !t.hasCountry():
		return refuse("names all flags alike: want {cc}, {CC} or {country} in it")
	case !fs.ValidPath(sample) || !filepath.IsLocal(filepath.FromSlash(sample)) || strings.ContainsFunc(sample, unsafeInPath):
		return refuse("is no path below the output directory")
	}
	return t, nil
}

// unsafeInPath tells what some file system takes for something else.
func unsafeInPath(r rune) bool {
	return r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r)
}

func (t NameTemplate) hasCountry() bool { return strings.Contains(string(t), "{country}") }

// hasCode reports whether names have the code in them, and so differ.
func (t NameTemplate) hasCode() bool {
	return strings.Contains(string(t), "{cc}") || strings.Contains(string(t), "{CC}")
}

// stem is the name up to the extension, if the template ends in one.
func (t NameTemplate) stem(c Code, country, ext string) string {
	stem := strings.TrimSuffix(string(t), ".{ext}")
	stem = strings.ReplaceAll(stem, "{cc}", c.Lower())
	stem = strings.ReplaceAll(stem, "{CC}", string(c))
	stem = strings.ReplaceAll(stem, "{ext}", strings.TrimPrefix(ext, "."))
	// The last, as it is a stranger's text and may have braces of its own.
	return strings.ReplaceAll(stem, "{country}", country)
}

// suffix is what stands behind the stem.
func (t NameTemplate) suffix(ext string) string {
	if strings.HasSuffix(string(t), ".{ext}") {
		return ext
	}
	return ""
}
