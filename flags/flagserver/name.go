package flagserver

import (
	"io/fs"
	"net/url"
	"path"
	"strings"
)

// prefix is where the book's servers have their flags.
const prefix = "/flags/"

// fileName returns the name in the set that a URL stands for. It takes plain
// names only: what some file system or some client might read as another name
// (dot segments, hidden files, backslashes, drives, control characters, a
// slash in disguise, Windows' ignored dots and spaces) is no file here.
func fileName(u *url.URL) (name string, ok bool) {
	name, ok = strings.CutPrefix(u.Path, prefix)
	if !ok || !fs.ValidPath(name) || strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		return "", false
	}
	for segment := range strings.SplitSeq(name, "/") {
		if segment[0] == '.' || strings.HasSuffix(segment, ".") || strings.HasSuffix(segment, " ") {
			return "", false
		}
	}
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' || r == ':' }
	return name, !strings.ContainsFunc(name, odd)
}

// contentType tells the type from the name. The mime package would look into
// the machine's own tables, and answer differently from one to the next.
func contentType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".gif":
		return "image/gif"
	case ".png":
		return "image/png"
	case ".svg":
		return "image/svg+xml"
	case ".webp":
		return "image/webp"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	}
	return "application/octet-stream"
}
