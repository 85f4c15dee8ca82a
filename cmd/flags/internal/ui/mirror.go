package ui

import (
	"fmt"
	"strings"

	"getflags/cmd/flags/internal/record"
	"getflags/flags"
	"getflags/internal/visible"
)

// mirroring speaks of a mirror.
type mirroring struct {
	dir    string
	dryRun bool
}

func (m mirroring) begin() record.Begin {
	return record.Begin{Command: record.OfMirror, DryRun: m.dryRun}
}

func (m mirroring) opening(codes []flags.Code, _ int) string {
	dry := ""
	if m.dryRun {
		dry = " (dry run: nothing is changed)"
	}
	return fmt.Sprintf("Mirroring %s into %s%s: %s", Plural(len(codes), "flag"), m.dir, dry, Codes(codes))
}

func (m mirroring) line(i Item, p painter, _ bool) line {
	switch i.Status {
	case record.Failed:
		return failure(i)
	case record.NotFound:
		return line{watchers, fmt.Sprintf("? %s not found: %s", i.Code, visible.Text(i.missing()))}
	case record.Same:
		return line{watchers, item("=", i)}
	}
	return line{readers, item(mark(i.Status, p), i)}
}

func item(mark string, i Item) string {
	return strings.TrimRight(fmt.Sprintf("%s %s %s", mark, i.Code, visible.Text(i.Country)), " ")
}

// mark is what stands before an item that is not what it was.
func mark(s record.Status, p painter) string {
	switch s {
	case record.New:
		return p.green("+")
	case record.Changed:
		return p.yellow("~")
	case record.Repaired:
		return p.yellow("!")
	}
	return p.red("-") // gone
}

func (m mirroring) sums(t *Tally) []sum {
	fate := "deleted"
	if m.dryRun {
		fate = "would be deleted"
	}
	sums := []sum{
		{n: t.Of(record.New), text: "new"}, {n: t.Of(record.Changed), text: "changed"}, {n: t.Of(record.Repaired), text: "repaired"},
		{t.Of(record.Same), "up to date", true},
		{n: t.Deleted, text: "gone, " + fate}, {n: t.Of(record.Gone) - t.Deleted, text: "gone, kept"},
		{n: t.Of(record.NotFound), text: "not found"}, {n: t.Of(record.Failed), text: "failed"}, {n: t.undone(), text: "not done"},
	}
	for i := range sums {
		sums[i].text = fmt.Sprintf("%d %s", sums[i].n, sums[i].text)
	}
	return sums
}

// A mirrorSummary is the last line that --json writes of a mirror, under the
// name "summary".
type mirrorSummary struct {
	Site     string  `json:"site"`
	DryRun   bool    `json:"dry_run"`
	Asked    int     `json:"asked"`
	New      int     `json:"new"`
	Changed  int     `json:"changed"`
	Repaired int     `json:"repaired"`
	Same     int     `json:"same"`
	Gone     int     `json:"gone"`
	Deleted  int     `json:"deleted"` // of those gone
	NotFound int     `json:"not_found"`
	Errors   int     `json:"errors"`
	NotDone  int     `json:"not_done"`
	Bytes    int64   `json:"bytes"`    // of all images, fetched or not
	Duration float64 `json:"duration"` // seconds

	Stats *statistics `json:"stats,omitempty"` // with --stats
}

func (m mirroring) summary(t *Tally, e ending) any {
	return mirrorSummary{
		Site: e.Site, DryRun: m.dryRun, Asked: t.Asked,
		New: t.Of(record.New), Changed: t.Of(record.Changed), Repaired: t.Of(record.Repaired), Same: t.Of(record.Same),
		Gone: t.Of(record.Gone), Deleted: t.Deleted, NotFound: t.Of(record.NotFound),
		Errors: t.Of(record.Failed), NotDone: t.undone(),
		Bytes: e.Bytes, Duration: record.Seconds(e.Duration), Stats: e.Stats,
	}
}
