package flags

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"getflags/internal/bom"
)

// kinds maps file extensions to kinds of pictures.
func kinds() map[string]string {
	return map[string]string{
		".gif": "GIF", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP", ".svg": "SVG",
	}
}

// IsPictureName reports whether a file's name has the extension of a picture.
func IsPictureName(name string) bool {
	_, ok := kinds()[strings.ToLower(path.Ext(name))]
	return ok
}

// PictureType returns the media type of a picture, according to its bytes:
// "image/gif", "image/png", "image/jpeg", "image/webp", "image/svg+xml", or
// "application/octet-stream" for anything else.
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

// checkPicture returns an error unless data is the kind of picture that the
// extension of name says, or any picture if name has none. A network's login
// page may come with status 200 under the picture's URL.
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
		return fmt.Errorf("is not a %s: begins with %.16q", want, data)
	}
	return fmt.Errorf("is a %s, not a %s", got, want)
}

// extensionOf returns the extension for the kind of picture that data is.
func extensionOf(data []byte) string {
	kind := kindOf(data)
	if kind == "JPEG" {
		return ".jpg"
	}
	return "." + strings.ToLower(kind)
}

// kindOf returns the kind of data, according to its first bytes: GIF, PNG, JPEG,
// WebP, SVG, HTML, or "".
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

// rootElement returns the name of the first element of an XML or HTML text, in
// lower case, or "!doctype html" if the text begins so. It skips what may come
// before: a byte order mark, white space, comments, an XML declaration, another
// document type.
func rootElement(data []byte) string {
	data, _ = bom.Skip(data) // an error is another encoding, in which no element is found
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

// doctypeEnd returns the end of a document type. Some programs write a list of
// entities in brackets into SVG; such a document type has ">" inside.
func doctypeEnd(data []byte) string {
	head, _, _ := bytes.Cut(data, []byte(">"))
	if bytes.ContainsRune(head, '[') {
		return "]>"
	}
	return ">"
}

// elementName returns an element's name without its namespace, in lower case.
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
