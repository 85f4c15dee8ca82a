package ui

import (
	"context"
	"errors"

	"getflags/cmd/flags/internal/record"
	"getflags/downloader"
	"getflags/flags"
	"getflags/flags/mirror"
	"getflags/internal/redact"
)

// An Item is how a country's flag ended.
type Item struct {
	Status record.Status
	flags.Result
}

// OfDownload is the item of a download's result.
func OfDownload(r flags.Result) Item {
	status := record.Failed
	switch r.Status {
	case flags.OK:
		status = record.Downloaded
	case flags.NotFound:
		status = record.NotFound
	case flags.Renamed:
		status = record.Renamed
	}
	return Item{status, r}
}

// OfMirror is the item of a mirror's change.
func OfMirror(c mirror.Change) Item {
	return Item{record.Status(c.Status.String()), flags.Result{
		Code: c.Code, Country: c.Country, Err: c.Err, URL: c.URL, File: c.File, Size: int(c.Size),
		SHA256: c.SHA256, Attempts: c.Attempts, Elapsed: c.Elapsed,
	}}
}

// cutShort reports whether the end of ctx kept an item from being done. It is
// neither done nor an error then.
func (i Item) cutShort(ctx context.Context) bool {
	return i.Status == record.Failed && errors.Is(i.Err, context.Cause(ctx))
}

// missing is the URL that was not found.
func (i Item) missing() string {
	var request *downloader.RequestError
	if errors.As(i.Err, &request) {
		return request.URL
	}
	return redact.Text(i.Err.Error())
}

// A Tally counts items.
type Tally struct {
	Asked   int // all flags that were to be done
	Deleted int // of those that are gone
	count   map[record.Status]int
}

// Of is how many items have one of the statuses.
func (t *Tally) Of(statuses ...record.Status) (n int) {
	for _, s := range statuses {
		n += t.count[s]
	}
	return n
}

// Present is how many flags the site has.
func (t *Tally) Present() int {
	return t.Of(record.Downloaded, record.Same, record.New, record.Changed, record.Repaired)
}

// Altered is how many flags of a mirror, or of its site, are not what they were.
func (t *Tally) Altered() int {
	return t.Of(record.New, record.Changed, record.Repaired, record.Gone)
}

// Failed reports whether something went wrong, or is not done.
func (t *Tally) Failed() bool { return t.Of(record.Failed) > 0 || t.undone() > 0 }

func (t *Tally) undone() int {
	n := t.Asked
	for _, k := range t.count {
		n -= k
	}
	return n
}
