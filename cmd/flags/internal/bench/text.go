package bench

import (
	"strings"
	"unicode/utf8"

	"getflags/cmd/flags/internal/timeplot"
)

// Text is the report for a terminal of 80 columns: what was measured, ratios
// before seconds, what that means, and a chart.
func (r *Report) Text() string {
	parts := []string{r.summary + "\n"}
	for _, s := range r.sections {
		parts = append(parts, s.table.text())
		if s.prose != "" {
			parts = append(parts, wrap(s.prose, 78))
		}
	}
	if len(r.series) > 0 {
		parts = append(parts, timeplot.Chart(r.series))
	}
	return strings.Join(parts, "\n")
}

// text is the table for a terminal: columns two spaces apart, no line ends in
// spaces.
func (t table) text() string {
	rows := append(append([][]string{}, t.head...), t.rows...)
	widths := widthsOf(rows)
	var b strings.Builder
	for _, cells := range rows {
		padded := make([]string, len(cells))
		for i, cell := range cells {
			padded[i] = pad(cell, widths[i], i < t.left)
		}
		b.WriteString(strings.TrimRight(strings.Join(padded, "  "), " ") + "\n")
	}
	return b.String()
}

func widthsOf(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
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

// wrap breaks lines at spaces so that none is longer than width.
func wrap(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		column := 0
		for word := range strings.FieldsSeq(line) {
			n := utf8.RuneCountInString(word)
			switch {
			case column == 0:
			case column+1+n > width:
				b.WriteString("\n")
				column = 0
			default:
				b.WriteString(" ")
				column++
			}
			b.WriteString(word)
			column += n
		}
		b.WriteString("\n")
	}
	return b.String()
}
