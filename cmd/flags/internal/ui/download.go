package ui

import (
	"fmt"

	"getflags/cmd/flags/internal/record"
	"getflags/flags"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// download speaks of downloads as the book does.
type download struct{ kept []record.Kept }

func (d download) begin() record.Begin {
	return record.Begin{Command: record.OfDownload, Kept: d.kept}
}

func (download) opening(codes []flags.Code, connections int) string {
	text := fmt.Sprintf("Searching for %s: %s\n", Plural(len(codes), "flag"), Codes(codes))
	if connections == 1 {
		return text + "1 connection will be used."
	}
	return text + fmt.Sprintf("%d concurrent connections will be used.", connections)
}

// line shows an error among the lines of the other flags or, where there are
// none, by itself on standard error.
func (download) line(i Item, p painter, verbose bool) line {
	switch {
	case i.Status == record.Downloaded:
		return line{watchers, fmt.Sprintf("%s %s", i.Code, p.green("OK"))}
	case i.Status == record.NotFound:
		return line{watchers, fmt.Sprintf("%s %s: %s", i.Code, p.yellow("not found"), visible.Text(i.missing()))}
	case verbose:
		return line{watchers, fmt.Sprintf("%s %s: %s", i.Code, p.red("error"), visible.Text(redact.Text(i.Err.Error())))}
	}
	return failure(i)
}

func (download) sums(t *Tally) []sum {
	downloaded, errors := t.Of(record.Downloaded), t.Of(record.Failed)
	return []sum{
		{downloaded, Plural(downloaded, "flag") + " downloaded", true},
		{n: t.Of(record.NotFound), text: fmt.Sprintf("%d not found", t.Of(record.NotFound))},
		{n: errors, text: Plural(errors, "error")},
		{n: t.undone(), text: fmt.Sprintf("%d not done", t.undone())},
	}
}

// A downloadSummary is the last line that --json writes of a download, under
// the name "summary".
type downloadSummary struct {
	Site       string  `json:"site"`
	Asked      int     `json:"asked"`
	Downloaded int     `json:"downloaded"`
	NotFound   int     `json:"not_found"`
	Errors     int     `json:"errors"`
	NotDone    int     `json:"not_done"`
	Bytes      int64   `json:"bytes"`    // of all images
	Duration   float64 `json:"duration"` // seconds

	Stats *statistics `json:"stats,omitempty"` // with --stats
}

func (download) summary(t *Tally, e ending) any {
	return downloadSummary{
		Site: e.Site, Asked: t.Asked, Downloaded: t.Of(record.Downloaded), NotFound: t.Of(record.NotFound),
		Errors: t.Of(record.Failed), NotDone: t.undone(),
		Bytes: e.Bytes, Duration: record.Seconds(e.Duration), Stats: e.Stats,
	}
}
