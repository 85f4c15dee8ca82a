package mirror

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"strings"

	"getflags/flags"
	"getflags/internal/wholefile"
)

// temps are .mirror-br-0123456789abcdef.new and the like.
func temps() wholefile.Temps { return wholefile.Temps{Prefix: ".mirror-", Suffix: ".new"} }

// rules say what in the directory is the mirror's.
func (m *Mirror) rules() wholefile.Rules {
	return wholefile.Rules{Temps: temps(), IsHome: isHome, IsOwn: isOwn, IsPast: m.isPast, Note: m.tell}
}

// isHome reports whether a name is that of a country's directory.
func isHome(name string) bool { return codeOf(name) != "" }

// codeOf is the country whose directory has a name, or "".
func codeOf(name string) flags.Code {
	codes, err := flags.ParseCodes(name)
	if err != nil || len(codes) != 1 || codes[0].Lower() != name {
		return ""
	}
	return codes[0]
}

// isOwn reports whether a file's name is one that a mirror gives its files.
func isOwn(name string) bool {
	home, base := path.Dir(name), path.Base(name)
	return isHome(home) && (base == metadataName || strings.HasPrefix(base, home+"."))
}

// tell notes what does not go well though nothing fails.
func (m *Mirror) tell(t wholefile.Trouble, name string, cause error) {
	switch t {
	case wholefile.NoTime:
		m.notes.add("times", fmt.Sprintf("files do not get the site's times here: %v", cause))
	case wholefile.Stays:
		m.notes.add("gone", fmt.Sprintf("%s has to go, but cannot be removed: %v", name, cause))
	case wholefile.Leftover:
		name = cmp.Or(name, "what a killed run may have left")
		m.notes.add("leftover", fmt.Sprintf("%s is left over, as it cannot be removed: %v", name, cause))
	}
}

// root is the mirror's directory, or nil in a dry run where there is none.
func (m *Mirror) root() *os.Root {
	if m.dir == nil {
		return nil
	}
	return m.dir.Root
}
