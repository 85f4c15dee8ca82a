package timeplot

import (
	"image/color"
	"math"
	"strconv"

	"getflags/cmd/flags/internal/drawing"
	"getflags/cmd/flags/internal/figures"
)

const (
	plotWidth  = 540
	plotHeight = 331
)

// Plot draws at least one series: both axes logarithmic, and the intervals as
// error bars.
func Plot(title string, all []Series) *drawing.Drawing {
	p := newPlot(all)
	p.paint(title, all)
	return &p.Drawing
}

// plot is a drawing under way: its axes, which end where its area does.
type plot struct {
	drawing.Drawing
	m, time logAxis
	unit    figures.Unit
}

// newPlot has axes that hold all that is to be drawn, with room around it and
// for what is written beside.
func newPlot(all []Series) *plot {
	first, last := reach(all)
	low, high := math.Inf(1), 0.0
	for _, s := range all {
		for _, t := range s.Time {
			low, high = min(low, t.Lowest()), max(high, t.Highest())
		}
	}
	shortest, _ := bounds(all)
	legend := float64(len(all))*16 + 8
	return &plot{
		Drawing: drawing.Drawing{Width: plotWidth, Height: plotHeight},
		m:       logAxis{float64(first) / 1.2, float64(last) * 1.2, 66, plotWidth - 18},
		time:    logAxis{low / 1.25, high * 1.25, plotHeight - 50 - legend, 34},
		unit:    figures.UnitFor(shortest),
	}
}

// ink is what lines and writing are made with.
func ink(shade uint8) color.Color { return color.Gray{Y: shade} }

// colours are told apart by people with any kind of colour blindness (after
// Okabe and Ito).
func colour(i int) color.Color {
	all := []color.Color{
		color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255},
		color.RGBA{204, 121, 167, 255}, color.RGBA{230, 159, 0, 255}, color.RGBA{86, 180, 233, 255},
	}
	return all[i%len(all)]
}

func (p *plot) paint(title string, all []Series) {
	p.write(drawing.Label{Text: title, Size: 13, Colour: ink(0)}, p.m.start, 20)
	p.axes(all)
	measured, count := 0, countMeasured(all)
	for i, s := range all {
		look := count - 1 - measured // the last, on top, has the first
		style := drawing.Shape{Width: 1.8, Colour: colour(look)}
		if s.Dotted {
			style.Width, style.Dashed = 1.4, true
			if len(all)-count == 1 {
				style.Colour = ink(90) // it is that of all the others
			}
			p.line(s, style, 0)
		} else {
			// Side by side, so that error bars do not hide one another.
			p.points(s, style, look, 5*(float64(measured)-float64(count-1)/2))
			measured++
		}
		p.legend(i, s, style, look)
	}
}

// mark draws the i-th kind of mark: a disc, a square and a triangle, and then
// the same empty.
func (p *plot) mark(i int, colour color.Color, at drawing.Point) {
	sides := []int{32, 4, 3}[i%3]
	shape := drawing.Shape{Points: drawing.Polygon(at, 3.4, sides), Closed: true, Colour: colour}
	if i/3%2 == 1 {
		shape.Width = 1
	}
	p.Shapes = append(p.Shapes, shape)
}

// axes draws the grid and what is written beside it: each m that was
// measured, and the times.
func (p *plot) axes(all []Series) {
	grid := drawing.Shape{Width: .5, Colour: ink(215)}
	for _, t := range p.time.ticks() {
		y := p.time.at(t)
		p.stroke(grid, drawing.At(p.m.start, y), drawing.At(p.m.end, y))
		p.write(drawing.Label{Text: figures.Trim(figures.Significant(t*p.unit.Per, 3)), Align: drawing.End, Size: 11, Colour: ink(60)}, p.m.start-6, y)
	}
	free := 0.0
	for _, m := range all[0].M {
		x := p.m.at(float64(m))
		p.stroke(grid, drawing.At(x, p.time.start), drawing.At(x, p.time.end))
		if x >= free {
			p.write(drawing.Label{Text: strconv.Itoa(m), Align: drawing.Middle, Size: 11, Colour: ink(60)}, x, p.time.start+14)
			free = x + 24
		}
	}
	frame := drawing.Shape{Width: .8, Colour: ink(120)}
	p.stroke(frame, drawing.At(p.m.start, p.time.end), drawing.At(p.m.start, p.time.start), drawing.At(p.m.end, p.time.start))
	p.write(drawing.Label{Text: "m, requests open at once", Align: drawing.Middle, Size: 11, Colour: ink(0)}, (p.m.start+p.m.end)/2, p.time.start+32)
	p.write(drawing.Label{Text: "time of a run, " + p.unit.Name, Align: drawing.Middle, Up: true, Size: 11, Colour: ink(0)}, 20, (p.time.start+p.time.end)/2)
}

// line draws a line somewhat to the right of where it would be, and returns
// where its points are.
func (p *plot) line(s Series, style drawing.Shape, shift float64) (points []drawing.Point) {
	for i, m := range s.M {
		points = append(points, drawing.At(p.m.at(float64(m))+shift, p.time.at(s.Time[i].Median)))
	}
	p.stroke(style, points...)
	return points
}

// points draws a line, and where it was measured its marks and error bars.
func (p *plot) points(s Series, style drawing.Shape, look int, shift float64) {
	for i, at := range p.line(s, style, shift) {
		p.errorBar(s.Time[i], at.X, style.Colour)
		p.mark(look, style.Colour, at)
	}
}

func (p *plot) errorBar(e figures.Estimate, x float64, c color.Color) {
	if !e.Known() {
		return
	}
	low, high := p.time.at(e.Low), p.time.at(e.High)
	style := drawing.Shape{Width: 1.1, Colour: c}
	p.stroke(style, drawing.At(x, low), drawing.At(x, high))
	p.stroke(style, drawing.At(x-4, low), drawing.At(x+4, low))
	p.stroke(style, drawing.At(x-4, high), drawing.At(x+4, high))
}

// legend writes what line i is, below the plot, where no data are.
func (p *plot) legend(i int, s Series, style drawing.Shape, look int) {
	x, y := p.m.start, p.time.start+54+float64(i)*16
	p.stroke(style, drawing.At(x, y), drawing.At(x+30, y))
	name := s.Name
	switch {
	case s.Dotted:
		name += ": the waits alone"
	case s.Time[0].Known():
		name += ", median and its 95 % interval"
	default:
		name += ", median"
	}
	if !s.Dotted {
		p.mark(look, style.Colour, drawing.At(x+15, y))
	}
	p.write(drawing.Label{Text: name, Size: 11, Colour: ink(0)}, x+38, y)
}

// stroke draws a line in a style.
func (p *plot) stroke(style drawing.Shape, points ...drawing.Point) {
	style.Points = points
	p.Shapes = append(p.Shapes, style)
}

// write writes a label whose capitals are centred at a point.
func (p *plot) write(l drawing.Label, x, y float64) {
	half := drawing.Capital / 2 * l.Size
	if l.At = (drawing.At(x, y+half)); l.Up {
		l.At = drawing.At(x+half, y)
	}
	p.Labels = append(p.Labels, l)
}
