package bench

import (
	"fmt"
	"strings"
)

// Markdown is the report for a page.
func (r *Report) Markdown() ([]byte, error) {
	parts := []string{fmt.Sprintf("%s. %v.\n", r.summary, r.machine)}
	for _, s := range r.sections {
		parts = append(parts, s.table.markdown())
		if s.prose != "" {
			parts = append(parts, s.prose)
		}
	}
	return []byte(strings.Join(parts, "\n")), nil
}

// markdown is the table for a page; a head of several lines becomes one.
func (t table) markdown() string {
	head := make([]string, len(t.head[0]))
	rule := make([]string, len(head))
	for i := range head {
		var words []string
		for _, cells := range t.head {
			words = append(words, cells[i])
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
