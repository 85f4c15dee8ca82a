package drawing

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pixels is how many of them there are to a point.
const pixels = 2

// PNG is the drawing as Portable Network Graphics.
func (d *Drawing) PNG() ([]byte, error) {
	letters, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	r := raster{
		image:   image.NewRGBA(image.Rect(0, 0, int(d.Width*pixels), int(d.Height*pixels))),
		letters: letters,
	}
	draw.Draw(r.image, r.image.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range d.Shapes {
		r.shape(s)
	}
	for _, l := range d.Labels {
		if err := r.label(l); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = png.Encode(&b, r.image)
	return b.Bytes(), err
}

// raster is a picture under way.
type raster struct {
	image   *image.RGBA
	letters *sfnt.Font
	buffer  sfnt.Buffer
}

// An outline is around what is to be filled, in pixels. Contours that overlap
// go round the same way, as else nothing would be filled where they do.
type outline []sfnt.Segment

// fill paints what is within an outline.
func (r *raster) fill(o outline, c color.Color) {
	bounds := sfnt.Segments(o).Bounds()
	box := image.Rect(bounds.Min.X.Floor(), bounds.Min.Y.Floor(), bounds.Max.X.Ceil(), bounds.Max.Y.Ceil())
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p fixed.Point26_6) (x, y float32) {
		return float32(p.X)/64 - float32(box.Min.X), float32(p.Y)/64 - float32(box.Min.Y)
	}
	for _, s := range o {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			z.ClosePath()
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
	z.Draw(r.image, box, image.NewUniform(c), image.Point{})
}

// add adds a contour of straight lines.
func (o *outline) add(points ...Point) {
	op := sfnt.SegmentOpMoveTo
	for _, p := range points {
		*o = append(*o, sfnt.Segment{Op: op, Args: [3]fixed.Point26_6{p.fixed()}})
		op = sfnt.SegmentOpLineTo
	}
}

// fixed is a point of the drawing in pixels.
func (p Point) fixed() fixed.Point26_6 {
	return fixed.Point26_6{X: fixed.Int26_6(math.Round(p.X * pixels * 64)), Y: fixed.Int26_6(math.Round(p.Y * pixels * 64))}
}

func (r *raster) shape(s Shape) {
	var o outline
	switch {
	case s.Width == 0:
		o.add(s.Points...)
	case s.Closed:
		o.line(slices.Concat(s.Points, s.Points[:2]), s) // so far that the ends meet like the others
	default:
		o.line(s.Points, s)
	}
	r.fill(o, s.Colour)
}

// line adds what a line covers: a bar from each point to the next, or its
// dashes, and a disc where two bars meet.
func (o *outline) line(points []Point, s Shape) {
	gone := 0.0 // of the line so far, which dashes go on with
	for i, to := range points[1:] {
		from := points[i]
		length := math.Hypot(to.X-from.X, to.Y-from.Y)
		if length == 0 {
			continue
		}
		along := Point{(to.X - from.X) / length, (to.Y - from.Y) / length}
		if s.Dashed {
			for at := -math.Mod(gone, dash+gap); at < length; at += dash + gap {
				o.bar(from, along, max(0, at), min(length, at+dash), s.Width)
			}
		} else {
			o.bar(from, along, 0, length, s.Width)
			if i > 0 {
				o.add(Polygon(from, s.Width/2, 16)...)
			}
		}
		gone += length
	}
}

// bar adds the stretch of a line between two distances from a point.
func (o *outline) bar(from, along Point, begins, ends, width float64) {
	at := func(distance, aside float64) Point {
		return Point{from.X + along.X*distance - along.Y*aside, from.Y + along.Y*distance + along.X*aside}
	}
	if begins >= ends {
		return
	}
	o.add(at(begins, width/2), at(ends, width/2), at(ends, -width/2), at(begins, -width/2))
}

func (r *raster) label(l Label) error {
	text, width, err := r.text(l)
	if err == nil {
		r.fill(text.moved(l, fixed.Int26_6(float64(l.Align)*float64(width))), l.Colour)
	}
	return err
}

// text is the outline of a label's letters from the origin, and their width.
func (r *raster) text(l Label) (o outline, width fixed.Int26_6, err error) {
	size := fixed.Int26_6(l.Size * pixels * 64)
	for _, letter := range l.Text {
		glyph, err := r.letters.GlyphIndex(&r.buffer, letter)
		if err != nil {
			return nil, 0, err
		}
		segments, err := r.letters.LoadGlyph(&r.buffer, glyph, size, nil)
		if err != nil {
			return nil, 0, err
		}
		for _, s := range segments {
			for i := range s.Args {
				s.Args[i].X += width
			}
			o = append(o, s)
		}
		advance, err := r.letters.GlyphAdvance(&r.buffer, glyph, size, font.HintingNone)
		if err != nil {
			return nil, 0, err
		}
		width += advance
	}
	return o, width, nil
}

// moved is a text that began at the origin where its label has it.
func (o outline) moved(l Label, before fixed.Int26_6) outline {
	at := l.At.fixed()
	for i := range o {
		for j, p := range o[i].Args {
			p.X -= before
			if l.Up {
				p.X, p.Y = p.Y, -p.X
			}
			o[i].Args[j] = p.Add(at)
		}
	}
	return o
}
