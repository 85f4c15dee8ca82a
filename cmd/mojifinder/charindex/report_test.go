package charindex

import (
	"bytes"
	"strings"
	"testing"

	"getflags/internal/visible"
)

// No character of any name makes a line of a report that a terminal obeys, or
// that looks like another.
func TestReportShowsWhatIsNotSeen(t *testing.T) {
	for e := range entries() {
		if e.rule != nil {
			continue
		}
		var b bytes.Buffer
		(Set{spans: []span{e.span}}).Report(&b, "\n")
		line, _, _ := strings.Cut(b.String(), "\n")
		if line = strings.ReplaceAll(line, "\t", " "); visible.Text(line) != line {
			t.Errorf("U+%04X: %q", e.lo, line)
		}
	}
	var b bytes.Buffer
	Search("right-to-left override").Report(&b, "\n")
	if got := b.String(); !strings.Contains(got, "\nU+202E\t\\u202e\tRIGHT-TO-LEFT OVERRIDE\n") {
		t.Errorf("got %q", got)
	}
}
