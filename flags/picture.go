package flags

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"getflags/internal/bom"
)

// kinds are the kinds of pictures by the extension that names them.
func kinds() map[string]string {
	return map[string]string{
		".gif": "GIF", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP", ".svg": "SVG",
	}
}

// IsPictureName reports whether a file's name ends as that of a picture.
func IsPictureName(name string) bool {
	_, ok := kinds()[strings.ToLower(path.Ext(name))]
	return ok
}

// PictureType is the media type of a picture, told from its bytes:
// "image/gif", "image/png", "image/jpeg", "image/webp", "image/svg+xml", or
// "application/octet-stream" for what is none of these.
func PictureType(data []byte) string {
	switch kind := kindOf(data); kind {
	case "", "HTML":
		return "application/octet-stream"
	case "SVG":
		return "image/svg+xml"
	default:
		return "image/" + strings.ToLower(kind)
	}
}

// checkPicture reports whether data is the kind of picture that the extension
// of its name says. A page with which some network wants to greet its users
// comes with status 200 too, under the picture's name.
func checkPicture(name string, data []byte) error {
	want, ok := kinds()[strings.ToLower(path.Ext(name))]
	if !ok {
		want = "picture"
	}
	got := kindOf(data)
	if got == want || !ok && got != "" && got != "HTML" {
		return nil
	}
	switch got {
	case "HTML":
		return fmt.Errorf("got an HTML page, not a %s", want)
	case "":
		return fmt.Errorf("is no %s: begins with %.16q", want, data)
	}
	return fmt.Errorf("is a %s, not a %s", got, want)
}

// extensionOf is the extension that says what kind of picture data is.
func extensionOf(data []byte) string {
	kind := kindOf(data)
	if kind == "JPEG" {
		return ".jpg"
	}
	return "." + strings.ToLower(kind)
}

// kindOf tells what data is from how it begins: GIF, PNG, JPEG, WebP, SVG,
// HTML, or "".
func kindOf(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return "GIF"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "PNG"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "JPEG"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "WebP"
	}
	switch rootElement(data) {
	case "svg":
		return "SVG"
	case "html", "head", "body", "title", "script", "meta", "!doctype html":
		return "HTML"
	}
	return ""
}

// rootElement is the name of the first element of a text in XML or HTML, in
// lower case, behind what may stand before it: a byte order mark, white
// space, comments, an XML declaration, a document type, which is the answer
// where it is that of HTML.
func rootElement(data []byte) string {
	data, _ = bom.Skip(data) // in another encoding no element is found
	for {
		data = bytes.TrimLeft(data, " \t\r\n")
		var end string
		switch {
		case hasPrefixFold(data, "<!doctype html"):
			return "!doctype html"
		case bytes.HasPrefix(data, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(data, []byte("<?")):
			end = "?>"
		case hasPrefixFold(data, "<!doctype"):
			end = doctypeEnd(data)
		case bytes.HasPrefix(data, []byte("<")):
			return elementName(data[1:])
		default:
			return ""
		}
		_, rest, found := bytes.Cut(data, []byte(end))
		if !found {
			return ""
		}
		data = rest
	}
}

// doctypeEnd is what ends a document type: one with a list of entities in
// brackets, as some programs write into SVG, has ">" inside.
func doctypeEnd(data []byte) string {
	head, _, _ := bytes.Cut(data, []byte(">"))
	if bytes.ContainsRune(head, '[') {
		return "]>"
	}
	return ">"
}

// elementName is an element's name without a namespace, in lower case.
func elementName(data []byte) string {
	if n := bytes.IndexAny(data, " \t\r\n/>"); n >= 0 {
		data = data[:n]
	}
	name := strings.ToLower(string(data))
	return name[strings.IndexByte(name, ':')+1:]
}

func hasPrefixFold(data []byte, prefix string) bool {
	return len(data) >= len(prefix) && strings.EqualFold(string(data[:len(prefix)]), prefix)
}
