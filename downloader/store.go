package downloader

import (
	"context"
	"time"

	"getflags/downloader/internal/transport"
)

// A File is a file to be written.
type File struct {
	// Name is a slash-separated path below the store's directory, valid according to
	// [io/fs.ValidPath].
	Name string
	// Data is the whole content. It must not be changed once returned.
	Data []byte
	// ModTime, unless zero, becomes the file's modification time.
	ModTime time.Time

	loan *transport.Loan // the memory of Data, if it is from [Response.File]
}

// Saved describes a file that is in place.
type Saved struct {
	Name string
	Size int // bytes
}

// A Store keeps files. Several writers call Put at once. When Put returns nil, all files
// are in place; otherwise its error names the file and the cause, and no file is left
// half written. Put must not keep the files' Data. The end of ctx may end its waits; a
// run's writers pass a context that never ends, because files that have arrived are
// always written.
type Store interface {
	Put(ctx context.Context, files []File) error
}

// A StagingStore is a [Store] that can tell when a task's files are written but do not
// have their names yet. [Dir] is one. This is used only if [Options].Observe is set.
type StagingStore interface {
	Store
	// PutStaged does what Put does and calls staged, in the same goroutine, between
	// writing the files and renaming them, unless it fails before.
	PutStaged(ctx context.Context, files []File, staged func()) error
}
