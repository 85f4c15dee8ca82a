package doctest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Excerpts holds the Go code of pages to what is compiled: each go block that is no
// file of its own has to stand, line by line, in a file that matches a pattern of
// package filepath. Indentation does not count, and "// …" stands for any lines.
func Excerpts(t *testing.T, sources string, pages ...string) {
	compiled := readAll(t, sources)
	found := 0
	for _, page := range pages {
		all, err := blocks(strings.Join(readAll(t, page), ""))
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		for _, b := range all {
			if _, file := b.says("file="); b.language() != "go" || file {
				continue
			}
			found++
			if !anyContains(compiled, unindented(strings.Join(b.lines, "\n"))) {
				t.Errorf("%s: line %d: this code stands in no file of %s", page, b.line, sources)
			}
		}
	}
	if found == 0 {
		t.Errorf("there is no Go code in %v", pages)
	}
}

func readAll(t *testing.T, pattern string) []string {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches %s: %v", pattern, err)
	}
	var all []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func anyContains(texts []string, part string) bool {
	for _, text := range texts {
		if contains(unindented(text), strings.Split(part, "\n// …\n")) {
			return true
		}
	}
	return false
}

// contains tells whether the parts stand in the text, one behind the other.
func contains(text string, parts []string) bool {
	for _, part := range parts {
		var found bool
		if _, text, found = strings.Cut(text, part); !found {
			return false
		}
	}
	return true
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
