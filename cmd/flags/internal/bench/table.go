package bench

import (
	"strings"
	"unicode/utf8"
)

// A table is lines of cells under a head of one or more lines. All columns
// but those on the left are aligned to the right.
type table struct {
	left int // how many columns are aligned to the left
	head [][]string
	rows [][]string
}

// text is the table for a terminal: columns two spaces apart, no line ends in
// spaces.
func (t table) text() string {
	lines := append(append([][]string{}, t.head...), t.rows...)
	widths := widthsOf(lines)
	var b strings.Builder
	for _, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(pad(cell, widths[i], i < t.left))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

func widthsOf(lines [][]string) []int {
	widths := make([]int, len(lines[0]))
	for _, cells := range lines {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func pad(s string, width int, left bool) string {
	spaces := strings.Repeat(" ", width-utf8.RuneCountInString(s))
	if left {
		return s + spaces
	}
	return spaces + s
}

// markdown is the table for a page; a head of several lines becomes one.
func (t table) markdown() string {
	head := make([]string, len(t.head[0]))
	rule := make([]string, len(head))
	for i := range head {
		var words []string
		for _, line := range t.head {
			words = append(words, line[i])
		}
		head[i] = strings.ReplaceAll(strings.TrimSpace(strings.Join(words, " ")), "- ", "")
		if rule[i] = "---:"; i < t.left {
			rule[i] = ":---"
		}
	}
	var b strings.Builder
	for _, cells := range append([][]string{head, rule}, t.rows...) {
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}
