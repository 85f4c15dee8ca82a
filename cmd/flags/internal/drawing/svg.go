package drawing

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"math"
	"strconv"
	"strings"
)

// head is an SVG's first line. Who has not the font sees another without
// serifs.
const head = `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]gpt" height="%[2]gpt" viewBox="0 0 %[1]g %[2]g" ` +
	`font-family="Go,Helvetica,Arial,sans-serif" stroke-linejoin="round">` + "\n" +
	`<rect width="%[1]g" height="%[2]g" fill="#ffffff"/>` + "\n"

// SVG is the drawing as Scalable Vector Graphics.
func (d *Drawing) SVG() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, head, d.Width, d.Height)
	for _, s := range d.Shapes {
		fmt.Fprintf(&b, `<path d="%s" %s/>`+"\n", s.path(), s.paint())
	}
	for _, l := range d.Labels {
		turn := ""
		if l.Up {
			turn = fmt.Sprintf(` transform="rotate(-90 %v)"`, l.At)
		}
		fmt.Fprintf(&b, `<text x="%s" y="%s" text-anchor="%s" font-size="%g" fill="%s"%s>%s</text>`+"\n",
			decimal(l.At.X), decimal(l.At.Y), l.Align.anchor(), l.Size, hex(l.Colour), turn, html.EscapeString(l.Text))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// path is where a shape goes, in SVG's words.
func (s Shape) path() string {
	var corners []string
	for _, p := range s.Points {
		corners = append(corners, p.String())
	}
	path := "M" + strings.Join(corners, "L")
	if s.Closed {
		path += "Z"
	}
	return path
}

// paint is how a shape is painted, as attributes.
func (s Shape) paint() string {
	if s.Width == 0 {
		return fmt.Sprintf(`fill="%s"`, hex(s.Colour))
	}
	paint := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%g"`, hex(s.Colour), s.Width)
	if s.Dashed {
		paint += fmt.Sprintf(` stroke-dasharray="%d %d"`, dash, gap)
	}
	return paint
}

func (a Alignment) anchor() string {
	return map[Alignment]string{Start: "start", Middle: "middle", End: "end"}[a]
}

// String is the point in SVG's words.
func (p Point) String() string { return decimal(p.X) + " " + decimal(p.Y) }

// decimal is a length to the hundredth of a point.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
