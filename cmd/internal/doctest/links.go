package doctest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	fenced = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	link   = regexp.MustCompile(`\]\(([^)\s#]*)(?:#([^)\s]+))?\)`)
	title  = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// Links holds the links of pages to files that are there, and to headings that the
// files have. It does not follow those that lead elsewhere.
func Links(t *testing.T, pages ...string) {
	for _, page := range pages {
		for _, found := range link.FindAllStringSubmatch(prose(t, page), -1) {
			if strings.Contains(found[1], ":") {
				continue
			}
			target := page
			if found[1] != "" {
				target = filepath.Join(filepath.Dir(page), filepath.FromSlash(found[1]))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere", page, found[0])
			} else if found[2] != "" && !hasHeading(prose(t, target), found[2]) {
				t.Errorf("%s: %s: there is no such heading", page, found[0])
			}
		}
	}
}

// prose is a page without its blocks.
func prose(t *testing.T, page string) string {
	return fenced.ReplaceAllString(strings.Join(readAll(t, page), ""), "")
}

func hasHeading(page, anchor string) bool {
	for _, found := range title.FindAllStringSubmatch(page, -1) {
		if slug(found[1]) == anchor {
			return true
		}
	}
	return false
}

// slug is the anchor that GitHub gives a heading.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
