package flagserver

import (
	"io/fs"
	"net/url"
	"path"
	"strings"
)

// prefix is the path of the flags on the book's servers.
const prefix = "/flags/"

// fileName returns the set's file name for a URL. It accepts plain names only. It
// refuses names that some file system or client may interpret differently: dot
// segments, hidden files, backslashes, drives, control characters, an encoded
// slash, and the final dots and spaces that Windows ignores.
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

// contentType returns the media type for a name. Package mime would use the
// machine's own tables, and so differ between machines.
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
