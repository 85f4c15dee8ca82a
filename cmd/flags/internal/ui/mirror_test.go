package ui

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"getflags/cmd/flags/internal/options"
	"getflags/cmd/flags/internal/record"
)

// Of flags that are gone, those that could not be deleted are not told of as
// deleted.
func TestGoneButKept(t *testing.T) {
	for _, tt := range []struct {
		deleted int
		dryRun  bool
		want    string
	}{
		{0, false, "3 gone, kept.\n"},
		{1, false, "1 gone, deleted.\n2 gone, kept.\n"},
		{3, false, "3 gone, deleted.\n"},
		{3, true, "3 gone, would be deleted.\n"},
	} {
		var out strings.Builder
		r := NewMirror(&cli.App{Writer: &out, ErrWriter: &out}, options.Output{}, tt.dryRun)
		r.Tally = Tally{Asked: 3, Deleted: tt.deleted, count: map[record.Status]int{record.Gone: 3}}
		r.End()
		_, sums, _ := strings.Cut(out.String(), "0 up to date.\n")
		if got, _, _ := strings.Cut(sums, "Elapsed"); got != tt.want {
			t.Errorf("%d deleted, dry run %v: %q, want %q", tt.deleted, tt.dryRun, got, tt.want)
		}
	}
}
