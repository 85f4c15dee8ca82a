package flags

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	encoder "image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// pictures returns complete pictures, most from encoders, with random data.
func pictures(t *testing.T) map[string][]byte {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	plain, indexed := image.NewRGBA(image.Rect(0, 0, 60, 40)), image.NewPaletted(image.Rect(0, 0, 60, 40), palette.Plan9)
	for y := range 40 {
		for x := range 60 {
			c := color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255}
			plain.Set(x, y, c)
			indexed.Set(x, y, c)
		}
	}
	var still, moving, p, j bytes.Buffer
	for _, err := range []error{
		encoder.Encode(&still, plain, nil),
		encoder.EncodeAll(&moving, &encoder.GIF{Image: []*image.Paletted{indexed, indexed}, Delay: []int{1, 1}, Disposal: []byte{1, 1}}),
		png.Encode(&p, plain),
		jpeg.Encode(&j, plain, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// A scan may hold the numbers of restarts; no encoder here writes them.
	restarts := "\xff\xd8\xff\xda\x00\x02x\xff\x00x"
	for n := range byte(8) {
		restarts += string([]byte{0xff, 0xd0 + n, 'x', 0xff, 0xff})
	}
	restarts += "\xff\xd9"
	webp := slices.Concat([]byte("RIFF\x00\x00\x00\x00WEBPVP8L"), make([]byte, 50))
	binary.LittleEndian.PutUint32(webp[4:], uint32(len(webp)-8))
	return map[string][]byte{"GIF": still.Bytes(), "moving GIF": moving.Bytes(), "PNG": p.Bytes(), "JPEG": j.Bytes(), "WebP": webp,
		"JPEG with restarts": []byte(restarts), "smallest GIF": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
		"JSON": []byte(`{"country": "Brazil {}", "all": [1, {"iso_cc": "BR"}]}`)}
}

// A complete picture passes. It fails if it is cut at any byte, or if another
// byte follows it.
func TestCheckComplete(t *testing.T) {
	for name, whole := range pictures(t) {
		if err := CheckComplete(whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for n := range whole {
			if CheckComplete(whole[:n]) == nil {
				t.Errorf("%s: %d of %d bytes pass as complete", name, n, len(whole))
			}
		}
		if more := append(bytes.Clone(whole), ';'); CheckComplete(more) == nil {
			t.Errorf("%s: with a byte after its end it passes as complete", name)
		}
	}
	for _, text := range []string{"", "x", "1234", `"text"`, "null", "<svg></svg>", "<html></html>", `{"a": 1} {}`, "RIFF"} {
		if CheckComplete([]byte(text)) == nil {
			t.Errorf("%q passes as complete", text)
		}
	}
	for _, text := range []string{"{}", "[1]", "\xef\xbb\xbf {} \r\n"} {
		if err := CheckComplete([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A PNG with one changed byte is damaged.
func TestCheckCompleteSums(t *testing.T) {
	whole := pictures(t)["PNG"]
	whole[len(whole)/2] ^= 1
	if err := CheckComplete(whole); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("%v", err)
	}
}

func FuzzCheckComplete(f *testing.F) {
	for _, data := range []string{"GIF89a", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "RIFF\xff\xff\xff\xffWEBP", "{}"} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if CheckComplete(data) != nil || kindOf(data) == "" {
			return
		}
		for n := range min(len(data), 500) {
			if CheckComplete(data[:n]) == nil && n < len(data) {
				t.Errorf("%q is complete, and so is %q", data, data[:n])
			}
		}
	})
}
