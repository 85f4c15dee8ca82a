package wholefile

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
)

// Temps are the temporary names of one kind of program, by which it knows what
// a killed run of it left.
type Temps struct{ Prefix, Suffix string }

// New makes up a temporary name, such as ".download-0123456789abcdef.part".
// What about says, if it is not "", stands after the prefix.
func (t Temps) New(about string) string {
	return fmt.Sprintf("%s%s%016x%s", t.Prefix, about, rand.Uint64(), t.Suffix)
}

// Is reports whether a name is one that New("") makes up.
func (t Temps) Is(name string) bool {
	digits, begins := strings.CutPrefix(name, t.Prefix)
	digits, ends := strings.CutSuffix(digits, t.Suffix)
	return begins && ends && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}

// Begins reports whether the last part of a name begins as New's do.
func (t Temps) Begins(name string) bool { return strings.HasPrefix(path.Base(name), t.Prefix) }
