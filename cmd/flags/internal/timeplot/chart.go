package timeplot

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"

	"getflags/cmd/flags/internal/figures"
)

// The size of a chart: with labels it fits into 80 columns.
const (
	chartWidth  = 64
	chartHeight = 12
)

// Chart draws at least one series with characters, both axes logarithmic.
func Chart(all []Series) string {
	first, last := reach(all)
	columns := logAxis{float64(first), float64(last), 0, chartWidth - 1}
	marks := marksOf(all)
	var heights [][]float64
	var chars []asciigraph.CharSet
	var names []string
	for i, s := range all {
		heights = append(heights, s.heights(columns))
		chars = append(chars, asciigraph.CreateCharSet(marks[i]))
		names = append(names, marks[i]+" "+s.Name)
	}
	graph := asciigraph.PlotMany(heights, asciigraph.Height(chartHeight), asciigraph.Offset(2),
		asciigraph.SeriesChars(chars...), asciigraph.YAxisValueFormatter(timeLabels(all)))
	return "time of a run against m, both logarithmic\n\n" + graph + "\n" + underline(graph, all[0].M, columns) +
		"\n" + names80(names) + "\n"
}

// marksOf are the characters that the series are drawn with.
func marksOf(all []Series) (marks []string) {
	dotted, solid := []string{"·", ":", "'"}, []string{"━", "┄", "○", "×", "▪"}
	measured := countMeasured(all)
	for i, s := range all {
		if s.Dotted {
			marks = append(marks, dotted[i/2%len(dotted)])
			continue
		}
		measured--
		marks = append(marks, solid[measured%len(solid)]) // the last, on top, has the first
	}
	return marks
}

// timeLabels tells what is written beside a height, the logarithm of a time.
func timeLabels(all []Series) func(float64) string {
	low, high := bounds(all)
	u, digits := figures.UnitFor(low), 2
	if high < 2*low {
		digits = 3
	}
	return func(v float64) string { return figures.Significant(math.Pow(10, v)*u.Per, digits) + " " + u.Name }
}

// names80 puts all names on one line if that is not too long.
func names80(names []string) string {
	if line := strings.Join(names, "   "); utf8.RuneCountInString(line) < 80 {
		return line
	}
	return strings.Join(names, "\n")
}

// column is where an m stands on the axis of a chart.
func column(columns logAxis, m int) int { return int(math.Round(columns.at(float64(m)))) }

// heights are the logarithms of the times in each column, drawn straight
// between one m and the next, and NaN where there is nothing to draw between.
func (s Series) heights(columns logAxis) []float64 {
	points := make([]float64, chartWidth)
	for i := range points {
		points[i] = math.NaN()
	}
	for i := 1; i < len(s.M); i++ {
		from, to := column(columns, s.M[i-1]), column(columns, s.M[i])
		a, b := math.Log10(s.Time[i-1].Median), math.Log10(s.Time[i].Median)
		for x := from; x <= to; x++ {
			share := float64(x-from) / float64(max(1, to-from))
			points[x] = a + share*(b-a)
		}
	}
	return points
}

// underline is the axis below a graph, each m that was measured under a tick.
func underline(graph string, ms []int, columns logAxis) string {
	firstRow, _, _ := strings.Cut(graph, "\n")
	before, _, _ := strings.Cut(strings.ReplaceAll(firstRow, "┼", "┤"), "┤")
	margin := utf8.RuneCountInString(before)
	axis := []rune(strings.Repeat("─", chartWidth))
	labels := []rune(strings.Repeat(" ", chartWidth+4))
	free := 0
	for _, m := range ms {
		x := column(columns, m)
		axis[x] = '┬'
		label := []rune(strconv.Itoa(m))
		if start := max(0, x-(len(label)-1)/2); start >= free {
			copy(labels[start:], label)
			free = start + len(label) + 1
		}
	}
	return strings.Repeat(" ", margin) + "└" + string(axis) + "\n" +
		strings.Repeat(" ", max(0, margin-3)) + " m  " + strings.TrimRight(string(labels), " ") + "\n"
}
