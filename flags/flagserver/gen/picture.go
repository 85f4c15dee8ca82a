package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"

	notocolor "eliasnaur.com/font/noto/emoji/color"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
)

const (
	regionalIndicatorA = 0x1F1E6 // and so on to Z: a flag is written as two of these
	halfOpaque         = 0x80    // of 0xff
	gifColors          = 256

	// noCountry is a code that ISO 3166 reserves for private use.
	noCountry = "ZZ"
)

// A flagFont is a font with flags, and the shaper that finds them in it.
type flagFont struct {
	face   *font.Face
	shaper *harfbuzz.Font
}

func openFont() (*flagFont, error) {
	face, err := font.ParseTTF(bytes.NewReader(notocolor.TTF))
	if err != nil {
		return nil, fmt.Errorf("parse Noto Color Emoji: %w", err)
	}
	return &flagFont{face: face, shaper: harfbuzz.NewFont(face)}, nil
}

// gif returns the flag of the country with this code as a GIF file.
func (f *flagFont) gif(code string) ([]byte, error) {
	drawn, err := f.bitmap(code)
	if err != nil {
		return nil, err
	}
	cut, err := cutOut(drawn)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := gif.Encode(&file, cut, nil); err != nil {
		return nil, fmt.Errorf("encode GIF: %w", err)
	}
	return file.Bytes(), nil
}

// bitmap returns the font's picture of the flag, a PNG inside the glyph.
func (f *flagFont) bitmap(code string) (image.Image, error) {
	id, err := f.glyph(code)
	if err != nil {
		return nil, err
	}
	bitmap, ok := f.face.GlyphData(id).(font.GlyphBitmap)
	if !ok || bitmap.Format != font.PNG {
		return nil, fmt.Errorf("glyph %d is not a PNG", id)
	}
	drawn, err := png.Decode(bytes.NewReader(bitmap.Data))
	if err != nil {
		return nil, fmt.Errorf("decode PNG of glyph %d: %w", id, err)
	}
	return drawn, nil
}

// glyph returns the glyph of a country's flag. The letters of an unknown code also
// become one glyph, that of an unknown flag, which is an error here.
func (f *flagFont) glyph(code string) (font.GID, error) {
	id, err := f.shape(code)
	if err != nil {
		return 0, err
	}
	unknown, err := f.shape(noCountry)
	if err != nil {
		return 0, err
	}
	if id == unknown {
		return 0, errors.New("the font has no flag for this code")
	}
	return id, nil
}

// shape returns the glyph for the two letters of code.
func (f *flagFont) shape(code string) (font.GID, error) {
	text := harfbuzz.NewBuffer()
	for i, letter := range code {
		text.AddRune(letter-'A'+regionalIndicatorA, i)
	}
	text.GuessSegmentProperties()
	text.Shape(f.shaper, nil)
	if n := len(text.Info); n != 1 {
		return 0, fmt.Errorf("%s is shaped into %d glyphs, want 1", code, n)
	}
	return text.Info[0].Glyph, nil
}

// cutOut turns drawn into a picture for a GIF: no pixel is partly transparent, the
// flag has no empty margin, and the palette has only this flag's colors. Colors
// stay exact: the font's pictures have at most 256 of them, so they need neither
// a quantizer nor dithering.
func cutOut(drawn image.Image) (*image.Paletted, error) {
	area := solidArea(drawn)
	cut := image.NewPaletted(image.Rectangle{Max: area.Size()}, nil)
	colors := newPalette()
	for y := range cut.Rect.Dy() {
		for x := range cut.Rect.Dx() {
			cut.Pix[cut.PixOffset(x, y)] = colors.index(harden(drawn.At(area.Min.X+x, area.Min.Y+y)))
		}
	}
	if len(colors.list) > gifColors {
		return nil, fmt.Errorf("%d colors are too many for a GIF", len(colors.list))
	}
	cut.Palette = colors.list
	return cut, nil
}

// solidArea returns the smallest rectangle around the opaque pixels.
func solidArea(m image.Image) (area image.Rectangle) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if harden(m.At(x, y)).A != 0 {
				area = area.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return area
}

// harden makes a color fully opaque or fully transparent. A pixel on the edge
// keeps the flag's color, unmixed with a background, so that it shows no fringe
// on light or dark pages.
func harden(c color.Color) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	if n.A < halfOpaque {
		return color.NRGBA{}
	}
	n.A = 0xff
	return n
}

// A palette collects the colors of one picture in the order of their appearance.
type palette struct {
	list color.Palette
	at   map[color.NRGBA]int
}

// newPalette returns a palette with only the transparent color.
func newPalette() *palette {
	transparent := color.NRGBA{}
	return &palette{list: color.Palette{transparent}, at: map[color.NRGBA]int{transparent: 0}}
}

// index returns the index of c in the palette, and adds c if it is new. The index
// is valid only if the list has at most 256 colors.
func (p *palette) index(c color.NRGBA) uint8 {
	i, known := p.at[c]
	if !known {
		i = len(p.list)
		p.at[c] = i
		p.list = append(p.list, c)
	}
	return uint8(i)
}
