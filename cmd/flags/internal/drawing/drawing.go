// Package drawing makes pictures of lines, areas and text, as SVG and as PNG.
//
// It does little, so that a program that seldom draws starts as if it never
// did.
package drawing

import (
	"image/color"
	"math"
)

// A Drawing is shapes, in the order in which they are painted, and labels that
// are written over them, on white. Lengths are in points, of which a PNG has two
// pixels each way; y grows downwards.
type Drawing struct {
	Width, Height float64
	Shapes        []Shape
	Labels        []Label
}

// A Point is a place in a drawing.
type Point struct{ X, Y float64 }

// At is the point so far to the right of a drawing's left edge, and so far
// below its upper one.
func At(x, y float64) Point { return Point{x, y} }

// A Shape is an area or, if it has a width, a line.
type Shape struct {
	Points []Point
	Closed bool // of a line: it ends where it began
	Colour color.Color
	Width  float64
	Dashed bool
}

// dash and gap are how long those of a dashed line are.
const dash, gap = 4, 3

// A Label is a line of text.
type Label struct {
	Text   string
	At     Point // on the base line, where Align says
	Align  Alignment
	Up     bool // from below to above
	Size   float64
	Colour color.Color
}

// Alignment is the part of a text that stands before its point.
type Alignment float64

// The point of a label is where its text starts, its middle, or where it ends.
const (
	Start  Alignment = 0
	Middle Alignment = .5
	End    Alignment = 1
)

// Capital is the height of a capital letter, as a part of a text's size.
const Capital = .7

// Polygon is one of equal sides around a point, the lowest side level. Many
// sides make a circle.
func Polygon(at Point, radius float64, sides int) (points []Point) {
	for i := range sides {
		angle := math.Pi/2 + (1-2*float64(i))*math.Pi/float64(sides)
		points = append(points, Point{at.X + radius*math.Cos(angle), at.Y + radius*math.Sin(angle)})
	}
	return points
}
