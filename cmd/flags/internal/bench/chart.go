package bench

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"
)

// The size of a chart: with labels it fits into 80 columns.
const (
	chartWidth  = 64
	chartHeight = 12
)

// A line is one of a chart or plot: times against m.
type line struct {
	name   string
	m      []int
	time   []Estimate
	dotted bool // of theory, not measured
}

// lines are the report's: what is ideal, and what each way has come to.
func (r *Report) lines() (all []line) {
	// What is drawn last is on top: handed over, not written in line.
	for _, w := range slices.Backward(r.ways()) {
		curve := r.curve(w)
		if len(curve) < 2 {
			continue
		}
		ideal, measured := line{name: "ideal if " + w.String(), dotted: true}, line{name: w.String()}
		for _, p := range curve {
			ideal.add(p.Requests, Estimate{p.Ideal, p.Ideal, p.Ideal})
			measured.add(p.Requests, NewEstimate(p.Seconds))
		}
		// Without a known delay of the disk the ideal is the same for all.
		if r.WriteDelay == 0 {
			ideal.name = "ideal"
		}
		known := slices.ContainsFunc(all, func(l line) bool { return l.name == ideal.name })
		if !known && curve[0].Ideal > 0 { // there is a latency to speak of
			all = append(all, ideal)
		}
		all = append(all, measured)
	}
	return all
}

func (l *line) add(m int, time Estimate) {
	l.m = append(l.m, m)
	l.time = append(l.time, time)
}

// Chart draws time against m with characters, both axes logarithmic; "" if
// there are not two m to draw a line between.
func (r *Report) Chart() string { return chart(r.lines()) }

func chart(lines []line) string {
	if len(lines) == 0 {
		return ""
	}
	var series [][]float64
	var chars []asciigraph.CharSet
	var names []string
	first, last := reach(lines)
	dotted, solid := []string{"·", ":", "'"}, []string{"━", "┄", "○", "×", "▪"}
	measured := countMeasured(lines)
	for i, l := range lines {
		series = append(series, l.logarithms(first, last))
		mark := dotted[i/2%len(dotted)]
		if !l.dotted {
			measured--
			mark = solid[measured%len(solid)] // the last, on top, has the first
		}
		chars = append(chars, asciigraph.CreateCharSet(mark))
		names = append(names, mark+" "+l.name)
	}
	low, high := bounds(lines)
	u, digits := unitFor(low), 2
	if high < 2*low {
		digits = 3
	}
	graph := asciigraph.PlotMany(series, asciigraph.Height(chartHeight), asciigraph.Offset(2), asciigraph.SeriesChars(chars...),
		asciigraph.YAxisValueFormatter(func(v float64) string { return significant(math.Pow(10, v)*u.per, digits) + " " + u.name }))
	return "time of a run against m, both logarithmic\n\n" + graph + "\n" + underline(graph, lines) +
		"\n" + legend(names) + "\n"
}

// legend puts all names on one line if that is not too long.
func legend(names []string) string {
	if line := strings.Join(names, "   "); utf8.RuneCountInString(line) < 80 {
		return line
	}
	return strings.Join(names, "\n")
}

// reach is the least and the greatest m of some lines.
func reach(lines []line) (first, last int) {
	first = lines[0].m[0]
	for _, l := range lines {
		first, last = min(first, slices.Min(l.m)), max(last, slices.Max(l.m))
	}
	return first, last
}

// bounds are the shortest and the longest time of some lines.
func bounds(lines []line) (low, high float64) {
	low = math.Inf(1)
	for _, l := range lines {
		for _, t := range l.time {
			low, high = min(low, t.Median), max(high, t.Median)
		}
	}
	return low, high
}

// column is where an m stands in a chart from first to last.
func column(m, first, last int) int {
	share := math.Log(float64(m)/float64(first)) / math.Log(float64(last)/float64(first))
	return int(math.Round(share * (chartWidth - 1)))
}

// logarithms are those of the times in each column, drawn straight between
// one m and the next, and NaN where there is nothing to draw between.
func (l line) logarithms(first, last int) []float64 {
	points := make([]float64, chartWidth)
	for i := range points {
		points[i] = math.NaN()
	}
	for i := 1; i < len(l.m); i++ {
		from, to := column(l.m[i-1], first, last), column(l.m[i], first, last)
		a, b := math.Log10(l.time[i-1].Median), math.Log10(l.time[i].Median)
		for x := from; x <= to; x++ {
			share := float64(x-from) / float64(max(1, to-from))
			points[x] = a + share*(b-a)
		}
	}
	return points
}

// underline is the axis below a graph, each m that was measured under a tick.
func underline(graph string, lines []line) string {
	firstLine, _, _ := strings.Cut(graph, "\n")
	before, _, _ := strings.Cut(strings.ReplaceAll(firstLine, "┼", "┤"), "┤")
	margin := utf8.RuneCountInString(before)
	axis := []rune(strings.Repeat("─", chartWidth))
	labels := []rune(strings.Repeat(" ", chartWidth+4))
	first, last := reach(lines)
	free := 0
	for _, m := range lines[0].m {
		x := column(m, first, last)
		axis[x] = '┬'
		text := []rune(strconv.Itoa(m))
		if start := max(0, x-(len(text)-1)/2); start >= free {
			copy(labels[start:], text)
			free = start + len(text) + 1
		}
	}
	space := strings.Repeat(" ", margin)
	return space + "└" + string(axis) + "\n" + strings.Repeat(" ", max(0, margin-3)) + " m  " + strings.TrimRight(string(labels), " ") + "\n"
}
