package main

import (
	"strings"
	"testing"

	"getflags/flags/mirror"
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
		r := &changes{
			out: &out, seen: &observed{}, dryRun: tt.dryRun,
			asked: 3, count: map[mirror.Status]int{mirror.Gone: 3}, deleted: tt.deleted,
		}
		r.end()
		_, sums, _ := strings.Cut(out.String(), "0 up to date.\n")
		if got, _, _ := strings.Cut(sums, "Elapsed"); got != tt.want {
			t.Errorf("%d deleted, dry run %v: %q, want %q", tt.deleted, tt.dryRun, got, tt.want)
		}
	}
}
