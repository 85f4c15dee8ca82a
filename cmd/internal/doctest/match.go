package doctest

import (
	"regexp"
	"strings"
)

var (
	spaces    = regexp.MustCompile(`[ \t]+`)
	durations = regexp.MustCompile(`(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ns|µs|ms|s)\b|("duration":)[\d.e-]+`)
	numbers   = regexp.MustCompile(`(?:~ ?)?\d+(?:\.\d+)?(?: ?[kM]B)?`)
)

// A looseness is what may differ between what a page says and what is printed.
type looseness struct {
	figures, unordered bool
}

// plain is a text in which what may differ is the same.
func (l looseness) plain(text string) string {
	text = durations.ReplaceAllString(text, "${1}#")
	if l.figures {
		text = numbers.ReplaceAllString(text, "#")
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(spaces.ReplaceAllString(line, " "))
	}
	return strings.Join(lines, "\n")
}

// matches tells whether what was printed is what was to be printed.
func (l looseness) matches(want []string, got string) bool {
	got = l.plain(strings.TrimSuffix(got, "\n"))
	if len(want) == 0 {
		return got == ""
	}
	if l.unordered {
		return l.matchSet(want, strings.Split(got, "\n"))
	}
	var pattern strings.Builder
	for _, line := range want {
		pattern.WriteString(l.pattern(line))
	}
	return regexp.MustCompile("^" + pattern.String() + "$").MatchString(got + "\n")
}

// pattern is that of one line, or, for "…", of any lines.
func (l looseness) pattern(line string) string {
	if line == "…" {
		return `(?:.*\n)*?`
	}
	return strings.ReplaceAll(regexp.QuoteMeta(l.plain(line)), "…", ".*") + `\n`
}

// matchSet has each line that is wanted take the first that it matches. A line
// without "…" takes its own, so these come first.
func (l looseness) matchSet(want, got []string) bool {
	more := false
	for _, exact := range []bool{true, false} {
		for _, line := range want {
			if line == "…" {
				more = true
			} else if exact != strings.Contains(line, "…") && !l.take(line, &got) {
				return false
			}
		}
	}
	return more || len(got) == 0
}

func (l looseness) take(want string, got *[]string) bool {
	pattern := regexp.MustCompile("^" + l.pattern(want) + "$")
	for i, line := range *got {
		if pattern.MatchString(line + "\n") {
			*got = append((*got)[:i:i], (*got)[i+1:]...)
			return true
		}
	}
	return false
}
