package flags

import (
	"slices"
	"strings"
)

// IsSystemName reports whether a name, without directories, belongs to the system
// or a file manager: a hidden name, or one of a few known ones. The file, and
// all files below it, are neither flags nor mistakes.
func IsSystemName(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." ||
		slices.ContainsFunc(systemNames(), func(s string) bool { return strings.EqualFold(s, name) })
}

func systemNames() []string {
	return []string{
		"lost+found",                              // ext4, for the superuser only
		"Thumbs.db", "ehthumbs.db", "desktop.ini", // Windows Explorer
		"$RECYCLE.BIN", "System Volume Information", // Windows
		"@eaDir", "#recycle", "#snapshot", "@Recycle", "Icon\r", // Synology, QNAP, macOS Finder
	}
}
