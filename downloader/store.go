package downloader

import (
	"context"
	"time"

	"getflags/downloader/internal/transport"
)

// A File is what a writer has to put in place.
type File struct {
	// Name is a slash-separated path below the store's directory, valid by
	// the rules of [io/fs.ValidPath].
	Name string
	// Data is the whole content. It must not be changed once returned.
	Data []byte
	// ModTime, unless zero, becomes the file's modification time.
	ModTime time.Time

	loan *transport.Loan // what Data lies in, of a [Response.File]
}

// Saved is a file that is in place.
type Saved struct {
	Name string
	Size int // bytes
}

// A Store keeps files. Put is called by several writers at once, and does not
// hold on to the files' Data. Either all of the files are in place when it returns
// nil, or it returns an error that names the file and the cause, and then it leaves
// none half written. The end of ctx may end its waits; a run's writers call it with
// a context that does not end, as what has arrived is written.
type Store interface {
	Put(ctx context.Context, files []File) error
}

// A StagingStore is a [Store] that can tell when a task's files are written
// but do not have their names yet, as that of [OpenDir] can. It is asked to
// only where [Options].Observe is set.
type StagingStore interface {
	Store
	// PutStaged does as Put, and calls staged, in the same goroutine, when it
	// has written all and begins to rename; not if it came to an end before.
	PutStaged(ctx context.Context, files []File, staged func()) error
}
