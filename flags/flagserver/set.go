package flagserver

import (
	"embed"
	"io/fs"
	"time"
)

//go:generate go run -C gen . ../set

//go:embed set
var embedded embed.FS

// Set returns the embedded set of flags: for each of 194 countries a picture,
// br/br.gif, and what is known of the country, br/metadata.json. Served, its
// files were last modified on 1 January 2026, 00:00 UTC.
func Set() fs.FS {
	set, err := fs.Sub(embedded, "set")
	if err != nil {
		panic(err) // only for a name that is no path, and this one is
	}
	return set
}

// setDate is the Last-Modified of every file without a date of its own, as
// embedded files are. It has to move when the set changes.
func setDate() time.Time {
	return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
}
