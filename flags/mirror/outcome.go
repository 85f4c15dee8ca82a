package mirror

import (
	"errors"
	"net/http"

	"getflags/downloader"
	"getflags/flags"
)

// isGone reports whether an error is a site's answer that it does not have
// what was asked for, not now or not ever again.
func isGone(err error) bool {
	var status *downloader.StatusError
	return flags.IsNotFound(err) || errors.As(err, &status) && status.Code == http.StatusGone
}

// change is how it ended.
func (t *country) change(done downloader.Result[*country]) Change {
	c := Change{Code: t.code, Country: t.name, Status: t.status, Err: done.Err, URL: t.image.shown, Elapsed: done.Elapsed}
	for _, p := range t.parts() {
		c.Attempts = max(c.Attempts, p.attempts)
	}
	switch {
	case isGone(done.Err) && len(t.old) > 0:
		c.Status = Gone
		t.image.keepBefore(t.mirror.root())
	case isGone(done.Err):
		c.Status = NotFound
	case done.Err != nil:
		c.Status = Failed
	default:
		c.File, c.Size, c.SHA256 = t.image.now.Name, t.image.now.Size, t.image.now.SHA256
	}
	if c.Status == Gone && t.metadata != nil {
		if m, err := flags.DecodeMetadata(t.metadata.before); err == nil {
			c.Country = m.Country
		}
	}
	if c.Status == Changed || c.Status == Repaired || c.Status == Gone {
		c.Before = t.image.before
	}
	return c
}
