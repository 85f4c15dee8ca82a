package drawing

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
)

var red = color.RGBA{255, 0, 0, 255}

// drawn is a drawing's PNG, of 40 by 20 points.
func drawn(t *testing.T, d Drawing) image.Image {
	t.Helper()
	d.Width, d.Height = 40, 20
	data, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size != image.Pt(80, 40) {
		t.Fatalf("%v pixels, want two for each point", size)
	}
	return picture
}

// check says what is at some points.
func check(t *testing.T, picture image.Image, want color.Color, points ...Point) {
	t.Helper()
	for _, p := range points {
		got := picture.At(int(p.X*pixels), int(p.Y*pixels))
		if hex(got) != hex(want) {
			t.Errorf("%v is %s, want %s", p, hex(got), hex(want))
		}
	}
}

func TestShapes(t *testing.T) {
	t.Run("line", func(t *testing.T) {
		p := drawn(t, Drawing{Shapes: []Shape{{Points: []Point{{5, 5}, {35, 5}, {35, 18}}, Colour: red, Width: 2}}})
		check(t, p, red, At(6, 5), At(20, 4.5), At(35, 4.5), At(34.5, 12), At(35, 17))
		check(t, p, color.White, At(3, 5), At(20, 3), At(20, 7), At(37, 12), At(35, 19), At(5, 12))
	})
	t.Run("dashed", func(t *testing.T) { // the second stretch goes on in the gap where the first ends
		p := drawn(t, Drawing{Shapes: []Shape{{Points: []Point{{2, 5}, {8, 5}, {38, 5}}, Colour: red, Width: 2, Dashed: true}}})
		check(t, p, red, At(3, 5), At(5, 5), At(10, 5), At(12, 5), At(17, 5))
		check(t, p, color.White, At(7, 5), At(8, 5), At(14, 5))
	})
	t.Run("closed", func(t *testing.T) {
		p := drawn(t, Drawing{Shapes: []Shape{{Points: Polygon(At(20, 10), 8, 4), Closed: true, Colour: red, Width: 2}}})
		check(t, p, red, At(14.5, 10), At(25.5, 10), At(20, 4.5), At(20, 15.5), At(14.2, 15.5))
		check(t, p, color.White, At(20, 10), At(12, 10), At(20, 18))
	})
	t.Run("area", func(t *testing.T) {
		p := drawn(t, Drawing{Shapes: []Shape{{Points: Polygon(At(20, 10), 8, 32), Colour: red}}})
		check(t, p, red, At(20, 10), At(13, 10), At(20, 17))
		check(t, p, color.White, At(11, 10), At(13, 4))
	})
	t.Run("point", func(t *testing.T) { // an interval may be as narrow as that
		p := drawn(t, Drawing{Shapes: []Shape{{Points: []Point{{20, 10}, {20, 10}}, Colour: red, Width: 2}}})
		check(t, p, color.White, At(5, 5))
	})
}

// ink is the smallest rectangle, in points, that has all that is not white.
func ink(picture image.Image) (min, max Point) {
	var box image.Rectangle
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if hex(picture.At(x, y)) != "#ffffff" {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return Point{float64(box.Min.X) / pixels, float64(box.Min.Y) / pixels}, Point{float64(box.Max.X) / pixels, float64(box.Max.Y) / pixels}
}

func TestLabels(t *testing.T) {
	within := func(got, low, high float64) bool { return low <= got && got <= high }
	for _, tt := range []struct {
		name     string
		label    Label
		min, max Point // of what is written, to two points
	}{
		{"start", Label{At: At(4, 15)}, At(4, 15-10*Capital), At(16, 15)},
		{"middle", Label{At: At(20, 15), Align: Middle}, At(14, 15-10*Capital), At(26, 15)},
		{"end", Label{At: At(36, 15), Align: End}, At(24, 15-10*Capital), At(36, 15)},
		{"up", Label{At: At(20, 10), Align: Middle, Up: true}, At(20-10*Capital, 4), At(20, 16)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.label.Text, tt.label.Size, tt.label.Colour = "HH", 10, red
			min, max := ink(drawn(t, Drawing{Labels: []Label{tt.label}}))
			for _, side := range [][2]float64{{min.X, tt.min.X}, {min.Y, tt.min.Y}, {max.X, tt.max.X}, {max.Y, tt.max.Y}} {
				if !within(side[0], side[1]-2, side[1]+2) {
					t.Fatalf("from %v to %v, want about %v to %v", min, max, tt.min, tt.max)
				}
			}
		})
	}
}

// What is written may be anything, and stays text.
func TestSVGEscapes(t *testing.T) {
	d := Drawing{Width: 40, Height: 20, Labels: []Label{{Text: `</text><script>"&'`, Colour: red, Align: End}}}
	var read struct {
		Text []struct {
			Content string `xml:",chardata"`
			Anchor  string `xml:"text-anchor,attr"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal(d.SVG(), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Text) != 1 || read.Text[0].Content != d.Labels[0].Text || read.Text[0].Anchor != "end" {
		t.Errorf("%+v, want %q", read.Text, d.Labels[0].Text)
	}
	if strings.Contains(string(d.SVG()), "<script") {
		t.Error("text became an element")
	}
}
