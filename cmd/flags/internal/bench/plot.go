package bench

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The plot is drawn on gonum's canvases and with its text, but not with its
// package plot: that one parses a dozen fonts whenever a program starts that
// has it linked in, which was half a millisecond of every start of flags.

const (
	plotWidth  = 7.5 * vg.Inch
	plotHeight = 4.6 * vg.Inch
)

// Plot draws time against m, in ".svg" or ".png": both axes logarithmic, the
// intervals as error bars, and the ideal beside what was measured.
func (r *Report) Plot(format string) ([]byte, error) {
	title := fmt.Sprintf("%s in %s", plural(r.Flags, "flag"), plural(r.Requests, "request"))
	if r.Latency > 0 {
		title += fmt.Sprintf(", each %s by itself", plainTime(r.Latency))
	}
	if r.WriteDelay > 0 {
		title += fmt.Sprintf(", each flag written in %s", plainTime(r.WriteDelay))
	}
	return drawPlot(format, title, r.lines())
}

func drawPlot(format, title string, lines []line) ([]byte, error) {
	if len(lines) == 0 {
		return nil, fmt.Errorf("a plot takes at least two different m, such as -m 1,5,20")
	}
	var canvas interface {
		vg.CanvasWriterTo
		vg.CanvasSizer
	} = vgsvg.New(plotWidth, plotHeight)
	if format == ".png" {
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(plotWidth, plotHeight), vgimg.UseDPI(144))}
	}
	p, err := newPlot(draw.New(canvas), lines)
	if err != nil {
		return nil, err
	}
	p.paint(title, lines)
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, err
	}
	// Who has not the font sees another without serifs.
	return bytes.ReplaceAll(b.Bytes(), []byte("font-family:Go;"), []byte("font-family:Go,Helvetica,Arial,sans-serif;")), nil
}

// plot is a drawing under way.
type plot struct {
	whole, area draw.Canvas
	font        font.Font
	text        text.Handler
	m, time     logAxis
	unit        unit
}

func newPlot(c draw.Canvas, lines []line) (*plot, error) {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	low, _ := bounds(lines)
	regular := font.Font{Typeface: "Go", Size: 11}
	cache := font.NewCache(font.Collection{{Font: regular, Face: parsed}})
	p := &plot{whole: c, font: regular, text: text.Plain{Fonts: cache}, unit: unitFor(low)}
	legend := vg.Length(len(lines))*16 + 8
	p.area = draw.Crop(c, 66, -18, 50+legend, -34)
	p.fit(lines)
	return p, nil
}

// fit makes the axes hold all that is to be drawn, with room around it.
func (p *plot) fit(lines []line) {
	first, last := reach(lines)
	low, high := math.Inf(1), 0.0
	for _, l := range lines {
		for _, t := range l.time {
			low, high = min(low, t.lowest()), max(high, t.highest())
		}
	}
	p.m = logAxis{float64(first) / 1.2, float64(last) * 1.2, p.area.Min.X, p.area.Max.X}
	p.time = logAxis{low / 1.25, high * 1.25, p.area.Min.Y, p.area.Max.Y}
}

// lowest and highest are the ends of the interval, or the median itself.
func (e Estimate) lowest() float64 {
	if !e.Known() {
		return e.Median
	}
	return e.Low
}

func (e Estimate) highest() float64 {
	if !e.Known() {
		return e.Median
	}
	return e.High
}

// A logAxis maps values from low to high onto a stretch of the drawing.
type logAxis struct {
	low, high  float64
	start, end vg.Length
}

func (a logAxis) at(v float64) vg.Length {
	return a.start + vg.Length(math.Log(v/a.low)/math.Log(a.high/a.low))*(a.end-a.start)
}

// ticks are the powers of ten on the axis or, where those are few, so many of
// their multiples that there are three.
func (a logAxis) ticks() (ticks []float64) {
	for _, steps := range [][]float64{{1}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9}} {
		if ticks = a.multiples(steps); len(ticks) >= 3 {
			break
		}
	}
	return ticks
}

func (a logAxis) multiples(steps []float64) (all []float64) {
	for power := math.Floor(math.Log10(a.low)); power <= math.Log10(a.high); power++ {
		for _, step := range steps {
			if v := step * math.Pow(10, power); v >= a.low && v <= a.high {
				all = append(all, v)
			}
		}
	}
	return all
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

func (p *plot) paint(title string, lines []line) {
	white := []vg.Point{{}, {X: plotWidth}, {X: plotWidth, Y: plotHeight}, {Y: plotHeight}}
	p.whole.FillPolygon(color.White, white)
	p.write(title, 13, ink(0), p.area.Min.X, plotHeight-20, draw.XLeft, draw.YCenter)
	p.axes(lines)
	measured, count := 0, countMeasured(lines)
	for i, l := range lines {
		look := count - 1 - measured // the last, on top, has the first
		style, g := draw.LineStyle{Width: 1.8, Color: colour(look)}, glyph(look)
		if l.dotted {
			style.Width, style.Dashes = 1.4, []vg.Length{4, 3}
			if len(lines)-count == 1 {
				style.Color = ink(90) // it is that of all the others
			}
			p.line(l, style, nil, 0)
		} else {
			// Side by side, so that error bars do not hide one another.
			p.line(l, style, g, 5*(vg.Length(measured)-vg.Length(count-1)/2))
			measured++
		}
		p.legend(i, l, style, g)
	}
}

func countMeasured(lines []line) (n int) {
	for _, l := range lines {
		if !l.dotted {
			n++
		}
	}
	return n
}

func glyph(i int) draw.GlyphDrawer {
	all := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}}
	return all[i%len(all)]
}

// axes draws the grid and what is written beside it: each m that was
// measured, and the times.
func (p *plot) axes(lines []line) {
	grid := draw.LineStyle{Width: .5, Color: ink(215)}
	for _, t := range p.time.ticks() {
		y := p.time.at(t)
		p.whole.StrokeLine2(grid, p.area.Min.X, y, p.area.Max.X, y)
		p.write(trim(significant(t*p.unit.per, 3)), 11, ink(60), p.area.Min.X-6, y, draw.XRight, draw.YCenter)
	}
	free := vg.Length(0)
	for _, m := range lines[0].m {
		x := p.m.at(float64(m))
		p.whole.StrokeLine2(grid, x, p.area.Min.Y, x, p.area.Max.Y)
		if x >= free {
			p.write(strconv.Itoa(m), 11, ink(60), x, p.area.Min.Y-6, draw.XCenter, draw.YTop)
			free = x + 24
		}
	}
	frame := draw.LineStyle{Width: .8, Color: ink(120)}
	p.whole.StrokeLine2(frame, p.area.Min.X, p.area.Min.Y, p.area.Max.X, p.area.Min.Y)
	p.whole.StrokeLine2(frame, p.area.Min.X, p.area.Min.Y, p.area.Min.X, p.area.Max.Y)
	middle := (p.area.Min.X + p.area.Max.X) / 2
	p.write("m, requests open at once", 11, ink(0), middle, p.area.Min.Y-24, draw.XCenter, draw.YTop)
	p.writeUp("time of a run, "+p.unit.name, 18, (p.area.Min.Y+p.area.Max.Y)/2)
}

// line draws a line, and where it was measured its points and error bars,
// somewhat to the right of where they would be.
func (p *plot) line(l line, style draw.LineStyle, g draw.GlyphDrawer, shift vg.Length) {
	var points []vg.Point
	for i, m := range l.m {
		points = append(points, vg.Point{X: p.m.at(float64(m)) + shift, Y: p.time.at(l.time[i].Median)})
	}
	p.whole.StrokeLines(style, points)
	if l.dotted {
		return
	}
	for i, at := range points {
		p.errorBar(l.time[i], at.X, style.Color)
		p.whole.DrawGlyphNoClip(draw.GlyphStyle{Color: style.Color, Radius: 3.2, Shape: g}, at)
	}
}

func (p *plot) errorBar(e Estimate, x vg.Length, c color.Color) {
	if !e.Known() {
		return
	}
	low, high := p.time.at(e.Low), p.time.at(e.High)
	style := draw.LineStyle{Width: 1.1, Color: c}
	p.whole.StrokeLine2(style, x, low, x, high)
	p.whole.StrokeLine2(style, x-4, low, x+4, low)
	p.whole.StrokeLine2(style, x-4, high, x+4, high)
}

// legend writes what line i is, below the plot, where no data are.
func (p *plot) legend(i int, l line, style draw.LineStyle, g draw.GlyphDrawer) {
	y := p.area.Min.Y - 54 - vg.Length(i)*16
	x := p.area.Min.X
	p.whole.StrokeLine2(style, x, y, x+30, y)
	name := l.name
	if !l.dotted {
		p.whole.DrawGlyphNoClip(draw.GlyphStyle{Color: style.Color, Radius: 3.2, Shape: g}, vg.Point{X: x + 15, Y: y})
		if l.time[0].Known() {
			name += ", median and its 95 % interval"
		} else {
			name += ", median"
		}
	}
	if l.dotted {
		name += ": the waits alone"
	}
	p.write(name, 11, ink(0), x+38, y, draw.XLeft, draw.YCenter)
}

func (p *plot) write(s string, size vg.Length, c color.Color, x, y vg.Length, xAlign text.XAlignment, yAlign text.YAlignment) {
	p.whole.FillText(p.style(size, c, xAlign, yAlign), vg.Point{X: x, Y: y}, s)
}

func (p *plot) style(size vg.Length, c color.Color, xAlign text.XAlignment, yAlign text.YAlignment) draw.TextStyle {
	return draw.TextStyle{Color: c, Font: font.From(p.font, size), XAlign: xAlign, YAlign: yAlign, Handler: p.text}
}

// writeUp writes from below to above, centred.
func (p *plot) writeUp(s string, x, y vg.Length) {
	style := p.style(11, ink(0), draw.XCenter, draw.YCenter)
	style.Rotation = math.Pi / 2
	p.whole.FillText(style, vg.Point{X: x, Y: y}, s)
}
