package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"path"
	"strings"
)

// others is a server laid out as public flag sites are, with flags of Brazil
// and Greenland: flagcdn's /w320/{cc}.png, its .webp and .jpg, and
// /en/codes.json; flag-icons' /4x3/{cc}.svg and /country.json; country-flags'
// /svg/{cc}.svg and /countries.json; and /flag?cc={CC}, without an extension.
func others() http.Handler {
	pixel := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Black})
	var asPNG, asJPEG bytes.Buffer
	if err := png.Encode(&asPNG, pixel); err != nil {
		panic(err)
	}
	if err := jpeg.Encode(&asJPEG, pixel, nil); err != nil {
		panic(err)
	}
	answers := map[string]string{
		"/en/codes.json":  `{"br": "Brazil", "gl": "Greenland", "us-ca": "California"}`,
		"/country.json":   `[{"code": "br", "name": "Brazil", "iso": true}, {"code": "gb-eng", "name": "England"}]`,
		"/countries.json": `{"BR": "Brazil", "GL": "Greenland"}`,
		"/broken.json":    `<!doctype html>`,
	}
	for _, cc := range []string{"br", "gl"} {
		answers["/w320/"+cc+".png"] = asPNG.String()
		answers["/w320/"+cc+".jpg"] = asJPEG.String()
		answers["/w320/"+cc+".webp"] = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
		answers["/4x3/"+cc+".svg"] = `<svg xmlns="http://www.w3.org/2000/svg"/>`
		answers["/svg/"+cc+".svg"] = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`
		answers["/flag?cc="+strings.ToUpper(cc)] = asJPEG.String()
		answers["/page/"+cc+".png"] = `<!doctype html><title>Sign in</title>`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[path.Clean(r.URL.RequestURI())]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte(body))
	})
}
