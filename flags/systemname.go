package flags

import (
	"slices"
	"strings"
)

// IsSystemName reports whether a name, without directories, is one under which
// systems and file managers keep their own: a hidden one, or one of the few
// that are known. Neither it nor what is below it is a flag, or anybody's
// fault.
func IsSystemName(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." ||
		slices.ContainsFunc(systemNames(), func(s string) bool { return strings.EqualFold(s, name) })
}

func systemNames() []string {
	return []string{
		"lost+found",                              // ext4, of the superuser alone
		"Thumbs.db", "ehthumbs.db", "desktop.ini", // Windows Explorer
		"$RECYCLE.BIN", "System Volume Information", // Windows
		"@eaDir", "#recycle", "#snapshot", "@Recycle", "Icon\r", // Synology, QNAP, macOS Finder
	}
}
