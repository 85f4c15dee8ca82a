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
// such as br/br.gif, and metadata, such as br/metadata.json. A [Handler] gives
// these files the modification time 1 January 2026, 00:00 UTC.
func Set() fs.FS {
	set, err := fs.Sub(embedded, "set")
	if err != nil {
		panic(err) // only for an invalid path
	}
	return set
}

// setDate returns the Last-Modified of files without a date of their own, such as
// embedded files. It must move whenever the set changes.
func setDate() time.Time {
	return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
}
